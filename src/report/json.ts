/**
 * The JSON of every command. Its shape is part of the interface: fields may come, none goes or changes its meaning without
 * another `schema`. Times are nanoseconds, sizes bytes, instants ISO 8601 with microseconds; what is not known is left out.
 */
import type { BudgetResult, JudgedItem } from '../analysis/budget.js';
import { aboveBound, type SummaryInput } from '../analysis/summary.js';
import type { KindTotals, SessionSummary, StoredReading, StoredSession } from '../client/rows.js';
import { isBench, perIterationOf } from './benchmarks.js';
import { instant } from '../model/instant.js';
import { METRIC_NAMES, type MetricName } from '../model/metrics.js';
import { overBy } from '../model/over.js';
import { packageVersions } from '../model/package-versions.js';

export const SCHEMA = 1;

type Json = Readonly<Record<string, unknown>>;

export function toJson(value: Json): string {
  return `${JSON.stringify({ schema: SCHEMA, ...value }, undefined, 2)}\n`;
}

export function sessionsJson(sessions: readonly SessionSummary[]): Json {
  return { sessions: sessions.map(briefJson) };
}

/** Items of several sessions: each says of which it is. */
export function groupJson(
  group: string,
  sessions: readonly SessionSummary[],
  parts: { readonly totals?: readonly KindTotals[]; readonly items: readonly StoredReading[]; readonly by?: MetricName },
): Json {
  const items = parts.items.map((item) => ({ session: item.session, ...readingJson(item) }));
  return present({ group, ...sessionsJson(sessions), by: parts.by, totals: parts.totals && totalsJson(parts.totals), items });
}

/** @param parts what a command shows of a session besides itself */
export function sessionJson(
  session: StoredSession,
  parts: { readonly totals?: readonly KindTotals[]; readonly items?: readonly StoredReading[]; readonly by?: MetricName },
): Json {
  const { context, packages, lockfileHash, root } = session;
  const facts = {
    ...briefJson(session),
    ...withText({ root }),
    context: snake(context),
    packages: Object.fromEntries(packageVersions(packages)),
    lockfile_hash: lockfileHash,
  };
  return present({
    session: present(facts),
    by: parts.by,
    totals: parts.totals && totalsJson(parts.totals),
    items: parts.items?.map(readingJson),
  });
}

export function summaryJson(summary: SummaryInput): Json {
  const { session, totals, whole, topCpu, topWall, slowestBenches, location, remote, warnings, budget } = summary;
  const { interrupted, interruptedCount, overlapped, retried } = summary;
  return present({
    ...sessionJson(session, { totals }),
    command: whole === undefined ? undefined : readingJson(whole),
    top: { cpu_time: topCpu.map(readingJson), peak_growth: aboveBound(summary).map(readingJson), wall_time: topWall.map(readingJson) },
    benches: slowestBenches?.map(readingJson),
    interrupted: interrupted.map(readingJson),
    interrupted_count: interruptedCount,
    overlapped,
    retried,
    location,
    remote: remote === undefined ? undefined : { location: remote.location, rows: remote.rows, new: remote.fresh },
    warnings,
    budget: budget === undefined ? undefined : budgetJson(budget),
  });
}

function briefJson(session: SessionSummary | StoredSession): Json {
  const { id, startedAt, finishedAt, exitCode, description, command, tags, scm, foreign } = session;
  const counts =
    'tests' in session ? { tests: session.tests, failed: session.failed, skipped: session.skipped, interrupted: session.interrupted } : {};
  return present({
    id,
    started_at: instant(startedAt),
    finished_at: finishedAt === undefined ? undefined : instant(finishedAt),
    exit_code: exitCode,
    ...withText({ command, description }),
    tags,
    scm: snake(scm),
    foreign,
    ...counts,
  });
}

export function readingJson(reading: StoredReading): Json {
  const { kind, project, file, describe, name, variant, ordinal } = reading.identity;
  const { status, retry, repeat, overlaps, shared, peakIsLowerBound, foreign } = reading;
  return {
    kind,
    ...withText({ project, file }),
    describe,
    name,
    ...withText({ variant }),
    ordinal,
    ...withText({ component: reading.component }),
    tags: reading.tags,
    started_at: instant(reading.startedAt),
    // pytest-monitor keeps none of these.
    ...(!foreign && { status, retry, repeat, overlaps, shared, peak_is_lower_bound: peakIsLowerBound }),
    foreign,
    metrics: Object.fromEntries(
      METRIC_NAMES.map((metric, index) => [metric, reading.values[index] ?? NaN] as const).filter(([, value]) => !Number.isNaN(value)),
    ),
    ...(isBench(reading) && { per_iteration: perIterationOf(reading) }),
  };
}

function budgetJson({ file, failed, items, within, exceeded, undecided, refused, unmatched }: BudgetResult): Json {
  return present({
    file,
    failed,
    items,
    within,
    exceeded: exceeded.map(judgedJson),
    undecided: undecided.map(judgedJson),
    refused,
    unmatched,
  });
}

/** Limit, measured and excess are in the metric's unit. */
function judgedJson({ reading, judgement, source }: JudgedItem): Json {
  const { kind, project, file, describe, name, variant, ordinal } = reading.identity;
  const { metric, most, measured, verdict, reason } = judgement;
  const { amount, percent } = overBy(judgement);
  const over = verdict === 'exceeded' ? { over_by: amount, ...(Number.isFinite(percent) && { over_by_percent: percent }) } : {};
  return present({ kind, project, file, describe, name, variant, ordinal, metric, limit: most, measured, ...over, reason, set_by: source });
}

export function totalsJson(totals: readonly KindTotals[]): readonly Json[] {
  return totals.map(snake);
}

/** Keys as the metrics have them; numbers that are absent and undefined values are left out. */
export function snake(value: object): Json {
  return present(
    Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), each as unknown]),
    ),
  );
}

/** An empty text means that there is none. */
function withText(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== ''));
}

function present(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined && !Number.isNaN(each)));
}
