/** How the items of each component are spread: the box holds the middle half, its line is the median, and each dot is an item. */
import { quantile } from '../../analysis/statistics.js';
import type { Metric } from '../../client/entities.js';
import type { MetricName } from '../../model/metrics.js';
import { metricNamed } from '../items.js';
import { countOf } from '../words.js';
import { logAxis } from './axis.js';
import { draw, type Canvas, type Drawing } from './draw.js';
import { fitPixels, pixelsOf, ticksIn } from './room.js';
import { capital, fullName, metricTitle, quantityLine, quantityText, valueOf, whyNothing, withoutText } from './item-text.js';
import type { Picture, PictureOptions } from './picture.js';
import { dotsByStatus, statusLegend } from './status-sign.js';
import { thinned } from './thinned.js';
import { hover, plain } from './xml.js';

const MOST_ROWS = 30;
const ROW = 52;
const ABOVE = 6;
const BELOW = 44;
/** Dots lie on so many lines of a row, so that fewer hide each other. */
const LINES = 5;
const APART = 0.065;

export interface ComponentsOptions extends PictureOptions {
  readonly metric?: MetricName;
  readonly subtitle?: string;
}

interface Row {
  readonly component: string;
  readonly metrics: readonly Metric[];
  readonly middle: readonly [low: number, median: number, high: number];
}

export function components(metrics: readonly Metric[], options: ComponentsOptions = {}): Promise<Picture> {
  return draw(options, (canvas) => drawing(canvas, metrics, options));
}

function drawing({ Plot, colors, room }: Canvas, metrics: readonly Metric[], options: ComponentsOptions): Drawing {
  const { metric: name = 'wall_time', subtitle } = options;
  const { unit } = metricNamed(name);
  const about = { title: `${capital(metricTitle(name))} per component`, ...(subtitle !== undefined && { subtitle }) };
  // A logarithmic axis has no 0.
  const least = unit === 'count' ? 1 : unit === 'ns' ? 1000 : 1024;
  const value = (metric: Metric): number => Math.max(least, valueOf(metric, name));
  const known = metrics.filter((metric) => !Number.isNaN(valueOf(metric, name)));
  if (known.length === 0) return { ...about, nothing: whyNothing(metrics, name) };
  const all = rowsOf(known, value);
  const rows = all.slice(0, MOST_ROWS);
  const labels = Math.min(room * 0.3, Math.max(...rows.map((row) => pixelsOf(label(row)))) + 14);
  const axis = logAxis(known.map(value), unit, least, ticksIn(room - labels));
  const pixels = (room - labels) / Math.log(axis.domain[1] / axis.domain[0]);
  const dots = rows.flatMap(({ metrics: own }, index) =>
    thinned(
      own.map((metric, place) => ({ metric, line: place % LINES })),
      ({ metric, line }) => [Math.log(value(metric)) * pixels, line * ROW],
    ).map(({ item: { metric, line }, hidden }) => ({
      metric,
      value: value(metric),
      y: index + 0.1 + line * APART,
      title: hover(fullName(metric), metric.status ?? '', quantityLine(metric, name), hidden > 0 ? `and ${hidden} more here` : ''),
    })),
  );
  const boxes = rows.map((row, index) => ({ ...row, y: index, title: boxTitle(row, name) }));
  return {
    ...about,
    description: rows.map((row) => boxTitle(row, name).replaceAll('\n', ', ')).join('; '),
    notes: [
      'Box: the middle half of the items, with the median.',
      all.length > rows.length ? `Not shown: ${countOf(all.length - rows.length, 'component')} with less in all.` : '',
      withoutText(metrics, known, name),
    ],
    legend: statusLegend(known, colors),
    panels: [
      {
        height: rows.length * ROW + ABOVE + BELOW,
        plot: {
          marginLeft: labels,
          marginRight: 24,
          marginTop: ABOVE,
          marginBottom: BELOW,
          x: { type: 'log', domain: [...axis.domain] },
          y: { domain: [rows.length - 0.35, -0.35], axis: null },
          marks: [
            Plot.gridX([...axis.ticks], { stroke: colors.line, strokeOpacity: 1 }),
            Plot.axisX([...axis.ticks], {
              tickFormat: axis.format,
              tickSize: 0,
              label: metricTitle(name),
              labelArrow: 'right',
              fill: colors.muted,
            }),
            Plot.rect(boxes, {
              x1: ({ middle }: Row) => middle[0],
              x2: ({ middle }: Row) => middle[2],
              y1: ({ y }: { y: number }) => y - 0.22,
              y2: ({ y }: { y: number }) => y + 0.02,
              fill: colors.pale,
              title: 'title',
            }),
            Plot.ruleX(boxes, {
              x: ({ middle }: Row) => middle[1],
              y1: ({ y }: { y: number }) => y - 0.22,
              y2: ({ y }: { y: number }) => y + 0.02,
              stroke: colors.ink,
              strokeWidth: 2,
            }),
            Plot.dot(dots, { x: 'value', y: 'y', r: 2.4, fillOpacity: 0.6, strokeWidth: 1, title: 'title', ...dotsByStatus(colors) }),
            Plot.text(boxes, {
              y: 'y',
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -10,
              dy: -4,
              text: (row: Row) => fitPixels(label(row), labels - 10),
              title: 'title',
            }),
            Plot.text(boxes, {
              y: 'y',
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -10,
              dy: 12,
              text: (row: Row) => countOf(row.metrics.length, 'item'),
              fill: colors.muted,
            }),
          ],
        },
      },
    ],
  };
}

/** Those that take most in all first. */
function rowsOf(known: readonly Metric[], value: (metric: Metric) => number): Row[] {
  const groups = new Map<string, Metric[]>();
  for (const metric of known) {
    const group = groups.get(metric.component);
    if (group === undefined) groups.set(metric.component, [metric]);
    else group.push(metric);
  }
  return [...groups]
    .map(([component, metrics]) => {
      const sorted = metrics.map(value).sort((a, b) => a - b);
      const sum = sorted.reduce((a, b) => a + b, 0);
      return { component, metrics, sum, middle: [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)] as const };
    })
    .sort((a, b) => b.sum - a.sum || (a.component < b.component ? -1 : 1));
}

function label({ component }: Row): string {
  return component === '' ? 'without component' : plain(component);
}

function boxTitle(row: Row, name: MetricName): string {
  return hover(`${label(row)}: ${countOf(row.metrics.length, 'item')}`, `median ${quantityText(row.middle[1], name)}`);
}
