/** What the most expensive items took: a row for each, time beside memory. */
import type { PlotOptions } from '@observablehq/plot' with { 'resolution-mode': 'import' };
import type { Metric } from '../../client/entities.js';
import type { MetricName } from '../../model/metrics.js';
import { metricNamed, SHARED_MARK, SHARED_NOTE } from '../items.js';
import { LOWER_BOUND_NOTE } from '../item-table.js';
import { countOf } from '../words.js';
import { linearAxis } from './axis.js';
import { draw, type Canvas, type Drawing } from './draw.js';
import { fitPixels, pixelsOf, ticksIn } from './room.js';
import {
  didNotPass,
  fullName,
  markOf,
  metricTitle,
  numberText,
  quantityLine,
  titleOf,
  valueOf,
  whyNothing,
  withoutText,
} from './item-text.js';
import type { Picture, PictureOptions } from './picture.js';
import { hover } from './xml.js';

const MOST_ROWS = 30;
const ROW = 22;
const ABOVE = 6;
const BELOW = 30;
const GAP = 28;
/** Room for the number that stands after a bar. */
const NUMBER = 66;
const MEMORY: MetricName = 'peak_growth';

export interface ItemsOptions extends PictureOptions {
  /** What makes an item expensive. */
  readonly by?: MetricName;
  readonly limit?: number;
  readonly subtitle?: string;
}

export function items(metrics: readonly Metric[], options: ItemsOptions = {}): Promise<Picture> {
  return draw(options, (canvas) => drawing(canvas, metrics, options));
}

function drawing(canvas: Canvas, metrics: readonly Metric[], options: ItemsOptions): Drawing {
  const { by = 'wall_time', limit = MOST_ROWS, subtitle } = options;
  const known = metrics.filter((metric) => !Number.isNaN(valueOf(metric, by)));
  const shown = [...known].sort((a, b) => valueOf(b, by) - valueOf(a, by)).slice(0, limit);
  const about = { title: 'Time and memory per item', ...(subtitle !== undefined && { subtitle }) };
  if (shown.length === 0) return { ...about, nothing: whyNothing(metrics, by) };
  const most = `The ${countOf(shown.length, 'item')} with the largest ${metricTitle(by)}`;
  const notes = [
    known.length > shown.length ? `${most}; ${known.length - shown.length} more are not shown.` : '',
    withoutText(metrics, known, by),
    ...notesOf(shown, [by, MEMORY]),
  ];
  const { colors, room } = canvas;
  const labels = Math.min(room * 0.42, Math.max(...shown.map((metric) => pixelsOf(label(metric)))) + 12);
  const half = (room - labels - GAP) / 2;
  const other = by === 'wall_time' || by === 'cpu_time' || by === MEMORY ? undefined : by;
  const height = shown.length * ROW + ABOVE + BELOW;
  const time = bars(canvas, shown, other === undefined ? ['wall_time', 'cpu_time'] : [other], { labels, room: half - NUMBER });
  const memory = bars(canvas, shown, [MEMORY], { labels: 0, room: half - NUMBER });
  return {
    ...about,
    description: `${most}.`,
    notes,
    legend:
      other === undefined
        ? [
            { text: 'wall time', color: colors.pale, shape: 'bar' },
            { text: 'cpu time', color: colors.blue, shape: 'thin bar' },
          ]
        : [],
    panels: [
      { plot: time, heading: other === undefined ? 'time' : metricTitle(other), width: labels + half, height },
      { plot: memory, heading: 'growth of memory', left: labels + half + GAP, width: half, height, beside: true },
    ],
  };
}

/** The first metric as wide bars with their numbers, the second as thin ones upon them. @param labels width of the names, 0: without; room of the bars */
function bars(
  { Plot, colors }: Canvas,
  shown: readonly Metric[],
  names: readonly MetricName[],
  { labels, room }: Readonly<Record<'labels' | 'room', number>>,
): PlotOptions {
  const [wide, thin] = names;
  const { unit } = metricNamed(wide!);
  const axis = linearAxis(
    names.flatMap((name) => shown.map((metric) => valueOf(metric, name))),
    unit,
    ticksIn(room),
  );
  const rows = shown.map((metric, index) => ({ metric, index, title: rowTitle(metric) }));
  const bar = (name: MetricName, inset: number, fill: string): ReturnType<typeof Plot.barX> =>
    Plot.barX(
      rows.filter(({ metric }) => !Number.isNaN(valueOf(metric, name))),
      { x: ({ metric }: Row) => valueOf(metric, name), y: 'index', fill, insetTop: inset, insetBottom: inset, title: 'title' },
    );
  const most = ({ metric }: Row): number =>
    Math.max(0, ...names.map((name) => valueOf(metric, name)).filter((value) => !Number.isNaN(value)));
  return {
    marginLeft: labels,
    marginRight: NUMBER,
    marginTop: ABOVE,
    marginBottom: BELOW,
    x: { domain: [...axis.domain] },
    y: { domain: rows.map(({ index }) => index), padding: 0.1, axis: null },
    marks: [
      Plot.gridX([...axis.ticks], { stroke: colors.line, strokeOpacity: 1 }),
      Plot.axisX([...axis.ticks], { tickFormat: axis.format, tickSize: 0, label: null, fill: colors.muted }),
      bar(wide!, 3, names.length > 1 ? colors.pale : colors.blue),
      ...(thin === undefined ? [] : [bar(thin, 7.5, colors.blue)]),
      Plot.ruleX([0], { stroke: colors.muted }),
      Plot.text(rows, {
        x: most,
        y: 'index',
        text: ({ metric }: Row) => numberText(metric, wide!),
        dx: 5,
        textAnchor: 'start',
        fill: colors.muted,
        fontVariant: 'tabular-nums',
      }),
      ...(labels === 0
        ? []
        : [
            Plot.text(rows, {
              y: 'index',
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -8,
              text: ({ metric }: Row) => fitPixels(label(metric), labels - 10),
              fill: ({ metric }: Row) => (didNotPass(metric) ? colors.red : colors.ink),
              title: 'title',
            }),
          ]),
    ],
  };
}

interface Row {
  readonly metric: Metric;
  readonly index: number;
  readonly title: string;
}

/** What did not pass says so in words as well. */
function label(metric: Metric): string {
  return `${titleOf(metric)}${didNotPass(metric) ? ` (${metric.status})` : ''}`;
}

function rowTitle(metric: Metric): string {
  return hover(
    fullName(metric),
    metric.status ?? '',
    ...(['wall_time', 'cpu_time', 'peak_growth', 'peak_rss'] as const).map((name) => quantityLine(metric, name)),
  );
}

/** What the marks before the numbers mean. */
function notesOf(shown: readonly Metric[], names: readonly MetricName[]): string[] {
  const marks = shown.flatMap((metric) => names.map((name) => markOf(metric, name))).join('');
  return [marks.includes(SHARED_MARK) ? `${SHARED_NOTE}.` : '', marks.includes('>=') ? `${LOWER_BOUND_NOTE}.` : ''];
}
