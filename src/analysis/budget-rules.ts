/** The rules of a budget file: which items, and what each of them may cost. */
import { parseBudget, refused, type Limit, type Measurable } from '../model/limits.js';
import { suggestion } from '../model/nearest.js';
import { KINDS } from '../model/records.js';
import type { StoredReading } from '../client/rows.js';
import { compilePattern, type PatternKind } from './pattern.js';

export interface BudgetRule {
  /** For people: `rule 2 (file test/billing/**)`. */
  readonly title: string;
  readonly limits: readonly Limit[];
  fits(reading: StoredReading): boolean;
}

/** How titles of a describe path are joined, as tables show them. */
const STEP = ' > ';
const USUAL_KIND = 'test';

/** What a rule can name, with the text that its patterns are for. */
const PARTS = {
  file: { kind: 'path', of: ({ identity }) => identity.file },
  describe: { kind: 'title', of: ({ identity }) => identity.describe.join(STEP) },
  name: { kind: 'title', of: ({ identity }) => identity.name },
  component: { kind: 'title', of: ({ component }) => component },
  kind: { kind: 'title', of: ({ identity }) => identity.kind },
} as const satisfies Readonly<Record<string, { kind: PatternKind; of: (reading: StoredReading) => string }>>;
type Part = keyof typeof PARTS;
const KEYS = [...Object.keys(PARTS), 'limits'];

/**
 * @param given what the file holds
 * @throws SpanmeterError SPANMETER_BUDGET naming the rule and what is wrong with it
 */
export function parseRules(given: unknown, file: string, machine: Measurable): BudgetRule[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw refused(`${file}: expected a list of rules such as [{ "file": "test/billing/**", "limits": { "peak": "64 MiB" } }].`);
  }
  return given.map((rule: unknown, index) => parseRule(rule, `rule ${index + 1}`, file, machine));
}

function parseRule(given: unknown, number: string, file: string, machine: Measurable): BudgetRule {
  const place = `${file}, ${number}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw refused(`${place}: expected an object such as { "file": "test/billing/**", "limits": { "peak": "64 MiB" } }.`);
  }
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw refused(`${place}: there is no key '${unknown}'. ${suggestion(unknown, KEYS)}`);
  const { limits, ...patterns } = given as Readonly<Record<string, unknown>>;
  if (limits === undefined) throw refused(`${place}: 'limits' is missing: what may it cost? { "limits": { "peak": "64 MiB" } }`);
  const tests = Object.entries(patterns).map(([part, pattern]) => testOf(part as Part, pattern, place));
  if (patterns['kind'] === undefined) tests.push(({ identity }) => identity.kind === USUAL_KIND);
  return {
    title: titleOf(number, patterns),
    limits: parseBudget(limits, place, machine),
    fits: (reading) => tests.every((test) => test(reading)),
  };
}

function testOf(part: Part, given: unknown, place: string): (reading: StoredReading) => boolean {
  const patterns: readonly unknown[] = Array.isArray(given) ? given : [given];
  const { kind, of } = PARTS[part];
  if (patterns.length === 0 || !patterns.every((each) => typeof each === 'string' && each !== '')) {
    throw refused(`${place}: '${part}': expected a pattern or a list of patterns, as text.`);
  }
  if (part === 'kind') checkKinds(patterns as readonly string[], place);
  const compiled = (patterns as readonly string[]).map((each) => compilePattern(each, kind));
  return (reading) => compiled.some((pattern) => pattern.test(of(reading)));
}

/** Of the kinds there are few, so a wrong one can be told. */
function checkKinds(patterns: readonly string[], place: string): void {
  const wrong = patterns.find((pattern) => !KINDS.some((kind) => compilePattern(pattern, 'title').test(kind)));
  if (wrong !== undefined) throw refused(`${place}: there is no kind '${wrong}'. ${suggestion(wrong, KINDS)}`);
}

function titleOf(number: string, patterns: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(patterns).map(([part, pattern]) => `${part} ${[pattern].flat().join(' or ')}`);
  return `${number} (${parts.length === 0 ? 'every test' : parts.join(', ')})`;
}
