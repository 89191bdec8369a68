/** Whether the items of a session stayed within their budgets. Pure: the session's owner brings rules and readings. */
import { messageOf } from '../model/errors.js';
import { judge, type Judgement } from '../model/judge.js';
import { parseBudget, type Limit, type Measurable } from '../model/limits.js';
import { METRIC_INDEX } from '../model/metrics.js';
import { BUDGET_TAG } from '../model/records.js';
import type { StoredReading } from '../client/rows.js';
import type { BudgetRule } from './budget-rules.js';

/** One limit of one item. */
export interface JudgedItem {
  readonly reading: StoredReading;
  readonly judgement: Judgement;
  /** Whose limit it is: a rule's title, or OWN. */
  readonly source: string;
}

export interface BudgetResult {
  /** The budget file; absent when items' own budgets are all there is. */
  readonly file?: string;
  /** Items that had a budget and ran, and limits that they stayed within. */
  readonly items: number;
  readonly within: number;
  /** The farthest over its limit first. */
  readonly exceeded: readonly JudgedItem[];
  readonly undecided: readonly JudgedItem[];
  /** Budgets that are none, a sentence each: what they were to guard was not checked. */
  readonly refused: readonly string[];
  /** Rules that fit no item, by their titles. */
  readonly unmatched: readonly string[];
  /** Whether the run is to fail. What can't be judged fails nobody. */
  readonly failed: boolean;
}

export const OWN = 'its own';
/** What contains others: a budget that is given for a suite is meant for each test in it. */
const CONTAINERS = ['file', 'suite', 'session'];

/** An item's budget: of each metric, the limit that counts. */
type Limits = ReadonlyMap<string, { readonly limit: Limit; readonly source: string }>;

export function judgeSession(
  rules: readonly BudgetRule[],
  readings: readonly StoredReading[],
  machine: Measurable,
  file?: string,
): BudgetResult {
  const matched = new Set<BudgetRule>();
  const refused = new Map<string, string>();
  const items: JudgedItem[][] = [];
  for (const tries of lastTries(readings)) {
    const limits = limitsOf(tries[0]!, rules, machine, matched, refused);
    const ran = tries.filter(({ status }) => status !== 'skipped');
    if (limits.size > 0 && ran.length > 0) items.push([...limits.values()].map((each) => worst(ran, each, machine)));
  }
  const judged = items.flat();
  const only = (verdict: Judgement['verdict']): JudgedItem[] => judged.filter(({ judgement }) => judgement.verdict === verdict);
  const exceeded = only('exceeded').sort((a, b) => excess(b) - excess(a));
  return {
    ...(file !== undefined && { file }),
    items: items.length,
    within: only('within').length,
    exceeded,
    undecided: only('undecided'),
    refused: [...refused.values()],
    unmatched: rules.filter((rule) => !matched.has(rule)).map(({ title }) => title),
    failed: exceeded.length > 0 || refused.size > 0,
  };
}

/** Of each item, the last try of each repetition: what was tried again did not count. */
function lastTries(readings: readonly StoredReading[]): Iterable<StoredReading[]> {
  const items = new Map<string, Map<number, StoredReading>>();
  for (const reading of readings) {
    const { kind, project, file, describe, name, variant, ordinal } = reading.identity;
    // Spans of one name are many items of one identity: each counts.
    const single = kind === 'test' ? [] : [reading.writer, reading.sequence];
    const key = JSON.stringify([kind, project, file, describe, name, variant, ordinal, ...single]);
    const tries = items.get(key) ?? new Map<number, StoredReading>();
    items.set(key, tries);
    const known = tries.get(reading.repeat);
    if (known === undefined || known.retry <= reading.retry) tries.set(reading.repeat, reading);
  }
  return [...items.values()].map((tries) => [...tries.values()]);
}

/** Later rules go before earlier ones, and what an item says of itself before all rules: metric by metric. */
function limitsOf(
  reading: StoredReading,
  rules: readonly BudgetRule[],
  machine: Measurable,
  matched: Set<BudgetRule>,
  refused: Map<string, string>,
): Limits {
  const limits = new Map<string, { limit: Limit; source: string }>();
  for (const rule of rules) {
    if (!rule.fits(reading)) continue;
    matched.add(rule);
    for (const limit of rule.limits) limits.set(limit.metric, { limit, source: rule.title });
  }
  const own = reading.tags[BUDGET_TAG];
  if (own === undefined || CONTAINERS.includes(reading.identity.kind)) return limits;
  try {
    for (const limit of parseBudget(own, placeOf(reading), machine)) limits.set(limit.metric, { limit, source: OWN });
  } catch (thrown) {
    // A suite's mistake is one mistake, however many tests are in it.
    refused.set(JSON.stringify([own, reading.identity.file]), messageOf(thrown));
  }
  return limits;
}

function placeOf({ identity }: StoredReading): string {
  return `the budget of '${identity.name}'${identity.file === '' ? '' : ` in ${identity.file}`}`;
}

/** Of several repetitions, the one that is farthest over the limit; else one that can't be judged. */
function worst(
  ran: readonly StoredReading[],
  { limit, source }: { readonly limit: Limit; readonly source: string },
  machine: Measurable,
): JudgedItem {
  const judged = ran.map((reading) => ({
    reading,
    judgement: judge(limit, reading.values[METRIC_INDEX[limit.metric]] ?? NaN, reading, machine),
    source,
  }));
  const by = (verdict: Judgement['verdict']): JudgedItem | undefined =>
    judged.filter(({ judgement }) => judgement.verdict === verdict).sort((a, b) => excess(b) - excess(a))[0];
  return by('exceeded') ?? by('undecided') ?? judged[0]!;
}

function excess({ judgement: { measured = 0, most } }: JudgedItem): number {
  return measured / most;
}
