/** What one item took, from session to session: each reading, and a line through the medians. */
import { quantile } from '../../analysis/statistics.js';
import type { Metric, Session } from '../../client/entities.js';
import type { MetricName } from '../../model/metrics.js';
import { metricNamed } from '../items.js';
import { countOf, shortId } from '../words.js';
import { linearAxis } from './axis.js';
import { draw, type Canvas, type Drawing } from './draw.js';
import type { Sign } from './legend.js';
import { attemptOf, capital, metricTitle, nameOf, quantityText, valueOf, whyNothing } from './item-text.js';
import { packageChanges } from './package-changes.js';
import type { Picture, PictureOptions } from './picture.js';
import { dotsByStatus, statusLegend } from './status-sign.js';
import { clockOf, dayOf, timeOf } from './when.js';
import { hover } from './xml.js';

const HEIGHT = 340;
const LEFT = 70;
const BELOW = 58;
/** A date and a revision, one below the other, with some air. */
const LABEL = 92;

export interface HistoryOptions extends PictureOptions {
  readonly metric?: MetricName;
}

interface Point {
  readonly metric: Metric;
  readonly at: number;
  readonly value: number;
  readonly title: string;
}

/** @param metrics readings of one item @param sessions those that have them, in any order */
export function history(metrics: readonly Metric[], sessions: readonly Session[], options: HistoryOptions = {}): Promise<Picture> {
  return draw(options, (canvas) => drawing(canvas, metrics, sessions, options));
}

function drawing(
  { Plot, colors, room }: Canvas,
  metrics: readonly Metric[],
  sessions: readonly Session[],
  options: HistoryOptions,
): Drawing {
  const { metric: name = 'wall_time' } = options;
  const [first] = metrics;
  const about = { title: `${capital(metricTitle(name))} over sessions`, ...(first && { subtitle: nameOf(first) }) };
  const runs = inOrder(metrics, sessions, name);
  if (runs.length === 0) return { ...about, nothing: whyNothing(metrics, name) };
  const points = runs.flatMap(({ session, readings, changes }, at): Point[] =>
    readings.map((metric) => ({
      metric,
      at,
      value: valueOf(metric, name),
      title: hover(
        quantityText(valueOf(metric, name), name),
        `${metric.status ?? ''}${attemptOf(metric)}`,
        `${timeOf(session.startedAt)}, session ${shortId(session.id)}`,
        whatOf(session),
        ...changes,
      ),
    })),
  );
  const medians = runs.map(({ readings }, at) => ({ at, value: median(readings.map((metric) => valueOf(metric, name))) }));
  const updates = runs.flatMap(({ changes }, at) => (at > 0 && changes.length > 0 ? [{ at, title: hover(...changes) }] : []));
  const axis = linearAxis(
    points.map(({ value }) => value),
    metricNamed(name).unit,
    6,
  );
  const every = Math.ceil(runs.length / Math.max(1, Math.floor((room - LEFT) / LABEL)));
  const labelled = runs.map((_, at) => at).filter((at) => (runs.length - 1 - at) % every === 0);
  const isOneDay = new Set(runs.map((run) => dayOf(run.session.startedAt))).size === 1;
  const ends = [medians[0]!, medians[medians.length - 1]!].map(({ value }) => quantityText(value, name));
  return {
    ...about,
    description: `${countOf(points.length, 'reading')} in ${countOf(runs.length, 'session')}; the median went from ${ends.join(' to ')}.`,
    legend: [
      { text: 'median of a session', color: colors.blue, shape: 'line' },
      ...(updates.length > 0 ? [{ text: 'packages changed', color: colors.muted, shape: 'dash' } satisfies Sign] : []),
      ...statusLegend(
        points.map(({ metric }) => metric),
        colors,
      ),
    ],
    panels: [
      {
        height: HEIGHT,
        plot: {
          marginLeft: LEFT,
          marginRight: 40,
          marginTop: 16,
          marginBottom: BELOW,
          x: { domain: [-0.5, runs.length - 0.5] },
          y: { domain: [...axis.domain] },
          marks: [
            Plot.gridY([...axis.ticks], { stroke: colors.line, strokeOpacity: 1 }),
            Plot.axisY([...axis.ticks], { tickFormat: axis.format, tickSize: 0, label: null, fill: colors.muted }),
            Plot.axisX(labelled, {
              tickFormat: (at: number) => tickText(runs[at]!.session, isOneDay),
              tickSize: 4,
              label: null,
              fill: colors.muted,
              lineHeight: 1.3,
            }),
            Plot.ruleX(updates, { x: ({ at }: { at: number }) => at - 0.5, stroke: colors.muted, strokeDasharray: '3,3', title: 'title' }),
            Plot.line(medians, { x: 'at', y: 'value', stroke: colors.blue, strokeWidth: 2 }),
            Plot.dot(points, { x: 'at', y: 'value', r: 3.4, fillOpacity: 0.55, title: 'title', ...dotsByStatus(colors) }),
          ],
        },
      },
    ],
  };
}

interface Run {
  readonly session: Session;
  readonly readings: readonly Metric[];
  /** What else was installed than in the one before. */
  readonly changes: readonly string[];
}

/** Oldest first, those only that have the metric. */
function inOrder(metrics: readonly Metric[], sessions: readonly Session[], name: MetricName): Run[] {
  const bySession = new Map<string, Metric[]>();
  for (const metric of metrics) {
    if (Number.isNaN(valueOf(metric, name))) continue;
    const known = bySession.get(metric.session);
    if (known === undefined) bySession.set(metric.session, [metric]);
    else known.push(metric);
  }
  const found = sessions.filter(({ id }) => bySession.has(id)).sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  return found.map((session, at) => ({ session, readings: bySession.get(session.id)!, changes: packageChanges(found[at - 1], session) }));
}

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

function tickText({ startedAt, scm, id }: Session, isOneDay: boolean): string {
  return `${isOneDay ? clockOf(startedAt) : dayOf(startedAt)}\n${shortId(scm.revision ?? id)}`;
}

function whatOf({ scm }: Session): string {
  if (scm.revision === undefined) return '';
  return `${shortId(scm.revision)}${scm.dirty === true ? ', changed' : ''}${scm.branch === undefined ? '' : ` on ${scm.branch}`}`;
}
