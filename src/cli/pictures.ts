/** The pictures that `plot` can draw, each with the data that it needs. */
import type { Metric, Session } from '../client/entities.js';
import { findItem } from '../client/find-item.js';
import { leafKinds } from '../client/leaf-kinds.js';
import type { Monitor } from '../client/monitor.js';
import type { MetricsQuery } from '../client/query.js';
import { SpanmeterError } from '../model/errors.js';
import type { MetricName } from '../model/metrics.js';
import { titleOf, nameOf } from '../report/plot/item-text.js';
import { components, history, items, scatter, timeline, type Picture } from '../report/plot/index.js';
import { timeOf } from '../report/plot/when.js';
import { countOf, shortId } from '../report/words.js';
import { checkKinds } from './check-kinds.js';

const USUAL_SESSIONS = 50;
const LONGEST_NAME = 40;

export type PlotFlags = Readonly<{
  metric?: MetricName;
  by?: MetricName;
  limit?: number;
  last?: number;
  kind?: string[];
  dark?: true;
  width?: number;
}>;

interface Drawn {
  readonly picture: Picture;
  /** Short, and fit for the name of a file. */
  readonly called: string;
}

interface PictureRow {
  readonly does: string;
  readonly draw: (monitor: Monitor, name: string | undefined, flags: PlotFlags) => Promise<Drawn>;
}

export const PICTURES = {
  items: {
    does: 'time and memory of the most expensive items of a session',
    draw: (monitor, name, flags) => ofSession(monitor, name, flags, items),
  },
  history: { does: 'a metric of one item, session after session', draw: drawHistory },
  components: { does: 'how a metric is spread over the items of each component', draw: drawComponents },
  timeline: {
    does: 'what each worker of a session did when, and its memory above it',
    draw: (monitor, name, flags) => ofSession(monitor, name, flags, timeline),
  },
  scatter: {
    does: 'processor time against wall time: who computes, and who waits',
    draw: (monitor, name, flags) => ofSession(monitor, name, flags, scatter),
  },
} as const satisfies Readonly<Record<string, PictureRow>>;

export type PictureName = keyof typeof PICTURES;

type Draw = (
  metrics: readonly Metric[],
  options: ReturnType<typeof lookOf> & PlotFlags & { readonly subtitle: string },
) => Promise<Picture>;

async function ofSession(monitor: Monitor, name: string | undefined, flags: PlotFlags, draw: Draw): Promise<Drawn> {
  const session = await monitor.session(name ?? 'last');
  const metrics = await ofKinds(monitor, { session: session.id }, flags.kind);
  return { picture: await draw(metrics, { ...flags, ...lookOf(flags), subtitle: about(session) }), called: shortId(session.id) };
}

async function drawComponents(monitor: Monitor, name: string | undefined, flags: PlotFlags): Promise<Drawn> {
  const { last } = flags;
  if (last === undefined) return ofSession(monitor, name, flags, components);
  if (name !== undefined) throw new SpanmeterError('SPANMETER_USAGE', 'plot: a session and --last exclude each other; keep one.');
  const sessions = await monitor.sessions({ last });
  const metrics = await ofKinds(monitor, { last }, flags.kind);
  const subtitle = `the newest ${countOf(sessions.length, 'session')}`;
  return { picture: await components(metrics, { ...flags, ...lookOf(flags), subtitle }), called: `last-${last}` };
}

async function drawHistory(monitor: Monitor, name: string | undefined, flags: PlotFlags): Promise<Drawn> {
  if (name === undefined)
    throw new SpanmeterError(
      'SPANMETER_USAGE',
      "plot: which item? Write all of its name or a part: spanmeter plot history 'makes a report'",
    );
  const { last = USUAL_SESSIONS, kind } = flags;
  const metrics = await findItem(monitor, name, { last, ...(kind && { kind }) }, { full: nameOf, title: titleOf });
  const sessions = await monitor.sessions({ last });
  const called = metrics[0]!.name
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, LONGEST_NAME);
  return { picture: await history(metrics, [...sessions], { ...flags, ...lookOf(flags) }), called: called || 'item' };
}

/** Of the kinds that were asked for, else of those that contain no others. */
async function ofKinds(monitor: Monitor, query: MetricsQuery, asked: readonly string[] | undefined): Promise<Metric[]> {
  const found: Metric[] = [];
  for await (const metric of monitor.each(query)) found.push(metric);
  const counts = new Map<string, number>();
  for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const totals = [...counts].map(([kind, count]) => ({ kind, count }));
  checkKinds(asked, totals);
  const kinds = asked ?? leafKinds(totals);
  return found.filter(({ kind }) => kinds.includes(kind));
}

function lookOf({ dark, width }: PlotFlags): { readonly theme: 'light' | 'dark'; readonly width?: number } {
  return { theme: dark === true ? 'dark' : 'light', ...(width !== undefined && { width }) };
}

function about({ command, startedAt, id, scm }: Session): string {
  const revision = scm.revision === undefined ? '' : `revision ${shortId(scm.revision)}`;
  return [timeOf(startedAt), shortId(id), revision, command].filter(Boolean).join(', ');
}
