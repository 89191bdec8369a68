/** Processor time against wall time: who computes, who waits, who keeps several cores busy. */
import type { Metric } from '../../client/entities.js';
import { logAxis } from './axis.js';
import { draw, type Canvas, type Drawing } from './draw.js';
import { ticksIn } from './room.js';
import { fullName, quantityLine, valueOf, whyNothing, withoutText } from './item-text.js';
import type { Picture, PictureOptions } from './picture.js';
import { dotsByStatus, statusLegend } from './status-sign.js';
import { thinned } from './thinned.js';
import { hover } from './xml.js';

const NAMES = ['wall_time', 'cpu_time'] as const;
const HEIGHT = 460;
const LEFT = 64;
const BELOW = 44;
/** What takes less is not known any better. */
const LEAST = 1000;

export interface ScatterOptions extends PictureOptions {
  readonly subtitle?: string;
}

export function scatter(metrics: readonly Metric[], options: ScatterOptions = {}): Promise<Picture> {
  return draw(options, (canvas) => drawing(canvas, metrics, options));
}

function drawing({ Plot, colors, room }: Canvas, metrics: readonly Metric[], { subtitle }: ScatterOptions): Drawing {
  const about = { title: 'Processor time against wall time', ...(subtitle !== undefined && { subtitle }) };
  const known = metrics.filter((metric) => NAMES.every((name) => !Number.isNaN(valueOf(metric, name))));
  if (known.length === 0) return { ...about, nothing: whyNothing(metrics, ...NAMES) };
  const wall = (metric: Metric): number => Math.max(LEAST, valueOf(metric, 'wall_time'));
  const cpu = (metric: Metric): number => Math.max(LEAST, valueOf(metric, 'cpu_time'));
  const [x, y] = [logAxis(known.map(wall), 'ns', LEAST, ticksIn(room - LEFT)), logAxis(known.map(cpu), 'ns', LEAST, Infinity)];
  const pixel = { x: (room - LEFT) / decades(x.domain), y: (HEIGHT - BELOW) / decades(y.domain) };
  const all = known.map((metric) => ({ metric, wall: wall(metric), cpu: cpu(metric) }));
  const dots = thinned(all, (dot) => [Math.log10(dot.wall) * pixel.x, Math.log10(dot.cpu) * pixel.y]).map(({ item, hidden }) => ({
    ...item,
    title: hover(
      fullName(item.metric),
      item.metric.status ?? '',
      quantityLine(item.metric, 'wall_time'),
      quantityLine(item.metric, 'cpu_time'),
      hidden > 0 ? `and ${hidden} more here` : '',
    ),
  }));
  const [from, to] = [Math.max(x.domain[0], y.domain[0]), Math.min(x.domain[1], y.domain[1])];
  const diagonal = from < to ? [{ at: from }, { at: to }] : [];
  return {
    ...about,
    description: `${known.length} items, each a dot; on the diagonal one core was busy all the time.`,
    notes: [withoutText(metrics, known, ...NAMES)],
    legend: statusLegend(known, colors),
    panels: [
      {
        height: HEIGHT,
        plot: {
          marginLeft: LEFT,
          marginBottom: BELOW,
          marginTop: 24,
          marginRight: 20,
          x: { type: 'log', domain: [...x.domain] },
          y: { type: 'log', domain: [...y.domain] },
          marks: [
            Plot.gridX([...x.ticks], { stroke: colors.line, strokeOpacity: 1 }),
            Plot.gridY([...y.ticks], { stroke: colors.line, strokeOpacity: 1 }),
            Plot.axisX([...x.ticks], { tickFormat: x.format, tickSize: 0, label: 'wall time', labelArrow: 'right', fill: colors.muted }),
            Plot.axisY([...y.ticks], { tickFormat: y.format, tickSize: 0, label: 'cpu time', labelArrow: 'up', fill: colors.muted }),
            Plot.line(diagonal, { x: 'at', y: 'at', stroke: colors.muted, strokeDasharray: '4,3' }),
            Plot.text(diagonal.slice(1), {
              ...{ x: 'at', y: 'at', text: () => 'one core busy', fill: colors.muted },
              ...{ textAnchor: 'end', dx: -42, dy: 14 },
            }),
            Plot.dot(dots, { x: 'wall', y: 'cpu', r: 3.2, fillOpacity: 0.55, title: 'title', ...dotsByStatus(colors) }),
          ],
        },
      },
    ],
  };
}

function decades([low, high]: readonly [number, number]): number {
  return Math.log10(high / low);
}
