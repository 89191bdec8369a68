/** One run as it went: what each worker did, and above it how much memory each had. */
import type { Metric } from '../../client/entities.js';
import { countOf } from '../words.js';
import { linearAxis } from './axis.js';
import { draw, type Canvas, type Drawing, type Panel } from './draw.js';
import { ticksIn } from './room.js';
import { didNotPass, fullName, quantityLine, whyNothing, withoutText } from './item-text.js';
import { workersOf, type Bar, type Worker } from './lanes.js';
import type { Picture, PictureOptions } from './picture.js';
import type { Palette } from './theme.js';
import { hover } from './xml.js';

const LEFT = 84;
const RIGHT = 20;
const MEMORY_HEIGHT = 170;
const LANE = 22;
const BELOW = 44;
/** So many would be but the gaps between them. */
const MANY_BARS = 300;
const MOST_LANES = 40;
const COLORS = ['blue', 'orange', 'green', 'purple'] as const;

export interface TimelineOptions extends PictureOptions {
  readonly subtitle?: string;
}

interface Row extends Bar {
  readonly lane: number;
  readonly color: string;
  readonly title: string;
}

export function timeline(metrics: readonly Metric[], options: TimelineOptions = {}): Promise<Picture> {
  return draw(options, (canvas) => drawing(canvas, metrics, options));
}

function drawing(canvas: Canvas, metrics: readonly Metric[], { subtitle }: TimelineOptions): Drawing {
  const { colors, room } = canvas;
  const about = { title: 'The run by worker', ...(subtitle !== undefined && { subtitle }) };
  const known = metrics.filter((metric) => metric.wallTime !== undefined);
  if (known.length === 0) return { ...about, nothing: whyNothing(metrics, 'wall_time') };
  const start = known.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity);
  const end = known.reduce((most, metric) => Math.max(most, (metric.startedAt - start) * 1000 + metric.wallTime!), 0);
  const all = workersOf(known, start, (end / (room - LEFT - RIGHT)) * 2.5);
  const workers = takeLanes(all);
  const time = linearAxis([end], 'ns', ticksIn(room - LEFT - RIGHT));
  const x = { domain: [0, end] };
  const failed = known.some(didNotPass);
  const memory = memoryPanel(canvas, workers, x);
  return {
    ...about,
    description: `${countOf(known.length, 'item')} in ${countOf(all.length, 'worker')}, over ${time.format(end)}.`,
    notes: [
      all.length > workers.length ? `Not shown: ${countOf(all.length - workers.length, 'worker')} that began later.` : '',
      withoutText(metrics, known, 'wall_time'),
    ],
    legend: failed ? [{ text: 'did not pass', color: colors.red, shape: 'cross' }] : [],
    panels: [...memory, workPanel(canvas, workers, x, time)],
  };
}

function takeLanes(workers: readonly Worker[]): Worker[] {
  let lanes = 0;
  return workers.filter((worker, index) => (lanes += worker.lanes.length) <= MOST_LANES || index === 0);
}

function workPanel(
  { Plot, colors }: Canvas,
  workers: readonly Worker[],
  x: { domain: number[] },
  time: ReturnType<typeof linearAxis>,
): Panel {
  const labels: { readonly lane: number; readonly text: string; readonly title: string }[] = [];
  const rows: Row[] = [];
  let lane = 0;
  workers.forEach(({ writer, lanes }, index) => {
    labels.push({ lane, text: `worker ${index + 1}`, title: hover(writer) });
    for (const bars of lanes) {
      rows.push(...bars.map((bar) => ({ ...bar, lane, color: colorOf(index, colors), title: barTitle(bar) })));
      lane++;
    }
  });
  const failed = rows.filter(({ metric }) => didNotPass(metric));
  const middle = ({ lane: at }: { readonly lane: number }): number => at + 0.5;
  return {
    heading: 'items',
    height: lane * LANE + BELOW + 6,
    plot: {
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: 6,
      marginBottom: BELOW,
      x,
      y: { domain: [lane, 0], axis: null },
      marks: [
        Plot.gridX([...time.ticks], { stroke: colors.line, strokeOpacity: 1 }),
        Plot.axisX([...time.ticks], {
          tickFormat: time.format,
          tickSize: 0,
          label: 'since the first item began',
          labelArrow: 'right',
          fill: colors.muted,
        }),
        Plot.rect(rows, {
          ...{ x1: 'from', x2: 'to', y1: ({ lane: at }: Row) => at + 0.14, y2: ({ lane: at }: Row) => at + 0.86 },
          ...{ fill: 'color', stroke: colors.ground, strokeWidth: rows.length > MANY_BARS ? 0 : 0.6, title: 'title' },
        }),
        // A ring of the ground sets the cross off from its bar.
        Plot.dot(failed, { x: ({ from, to }: Row) => (from + to) / 2, y: middle, r: 7, fill: colors.ground }),
        Plot.dot(failed, {
          ...{ x: ({ from, to }: Row) => (from + to) / 2, y: middle, symbol: 'times', r: 4.5 },
          ...{ stroke: colors.red, strokeWidth: 2.2, title: 'title' },
        }),
        Plot.text(labels, { y: middle, frameAnchor: 'left', textAnchor: 'end', dx: -10, text: 'text', title: 'title' }),
      ],
    },
  };
}

/** Steps: what it had when an item began, the peak while it ran, and what was left. Nothing where no memory was measured. */
function memoryPanel({ Plot, colors }: Canvas, workers: readonly Worker[], x: { domain: number[] }): Panel[] {
  // Of what ran inside of others or beside them, the outermost says enough.
  const points = workers.flatMap(({ lanes }, index) => lanes[0]!.flatMap((bar) => steps(bar, colorOf(index, colors), index)));
  if (points.length === 0) return [];
  const axis = linearAxis(
    points.map(({ bytes }) => bytes),
    'bytes',
    7,
  );
  return [
    {
      heading: 'resident memory of each worker',
      height: MEMORY_HEIGHT,
      plot: {
        marginLeft: LEFT,
        marginRight: RIGHT,
        marginTop: 10,
        marginBottom: 14,
        x: { ...x, axis: null },
        y: { domain: [...axis.domain] },
        marks: [
          Plot.gridY([...axis.ticks], { stroke: colors.line, strokeOpacity: 1 }),
          Plot.axisY([...axis.ticks], { tickFormat: axis.format, tickSize: 0, label: null, fill: colors.muted }),
          Plot.line(points, {
            x: 'at',
            y: 'bytes',
            z: 'worker',
            stroke: 'color',
            strokeWidth: 1.6,
            title: ({ worker }: Step) => `worker ${worker + 1}`,
          }),
        ],
      },
    },
  ];
}

interface Step {
  readonly at: number;
  readonly bytes: number;
  readonly worker: number;
  readonly color: string;
}

function steps({ metric, from, to }: Bar, color: string, worker: number): Step[] {
  const { rssBefore, peakRss, rssAfter } = metric;
  const step = (at: number, bytes: number | undefined): Step[] => (bytes === undefined ? [] : [{ at, bytes, worker, color }]);
  return [...step(from, rssBefore), ...step(from, peakRss), ...step(to, peakRss), ...step(to, rssAfter)];
}

function colorOf(index: number, colors: Palette): string {
  return colors[COLORS[index % COLORS.length]!];
}

function barTitle({ metric, count }: Bar): string {
  const lines = (['wall_time', 'cpu_time', 'peak_rss', 'peak_growth'] as const).map((name) => quantityLine(metric, name));
  return hover(fullName(metric), metric.status ?? '', ...lines, count > 1 ? `and ${count - 1} shorter ones beside it` : '');
}
