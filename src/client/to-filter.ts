/** What somebody asked, checked, as the filters that stores know. */
import { inspect } from 'node:util';
import { SpanmeterError } from '../model/errors.js';
import { METRIC_WORDS, type MetricWord } from '../model/metrics.js';
import { nearest, suggestion } from '../model/nearest.js';
import { parsePackage } from '../model/package.js';
import { KINDS, STATUSES } from '../model/records.js';
import { COLUMN_NAMES } from '../store/sql/metric-columns.js';
import { RANKINGS, type Best } from '../store/sql/metric-best.js';
import type { MetricFilter } from '../store/sql/metric-conditions.js';
import { BUILD_TAG, PIPELINE_TAG } from '../store/sql/pipelines.js';
import type { SessionFilter, TagCondition } from '../store/sql/session-filter.js';
import { toInstant } from './instant.js';
import type { FilterQuery, MetricsQuery, SessionsQuery } from './query.js';
import type { Wanted } from './source/source.js';

const TEXTS = ['revision', 'branch', 'pipeline', 'build', 'package', 'machine'] as const;
const ITEM_TEXTS = ['context', 'component', 'project', 'file', 'name', 'variant', 'search', 'namePattern', 'variantPattern'] as const;
const SESSION_FIELDS = ['session', 'since', 'until', 'tags', 'match', 'last', ...TEXTS] as const;
const FILTER_FIELDS = [...SESSION_FIELDS, ...ITEM_TEXTS, 'kind', 'status'] as const;
const METRIC_FIELDS = [...FILTER_FIELDS, 'columns', 'top', 'bottom'] as const;

/** Kinds of pytest-monitor, of whose rows any text may be one. */
const FOREIGN_KINDS = ['function', 'module', 'class', 'package'];
const LONGEST_PATTERN = 10_000;
const MOST_BEST = 100_000;

/** @throws SpanmeterError SPANMETER_USAGE */
export function toSessionFilter(query: SessionsQuery): SessionFilter {
  checkFields(query, SESSION_FIELDS);
  return sessionFilter(query);
}

/** @throws SpanmeterError SPANMETER_USAGE */
export function toFilter(query: FilterQuery): MetricFilter {
  checkFields(query, FILTER_FIELDS);
  return metricFilter(query);
}

/** @throws SpanmeterError SPANMETER_USAGE */
export function toQuestion(query: MetricsQuery): { readonly filter: MetricFilter; readonly wanted: Wanted } {
  checkFields(query, METRIC_FIELDS);
  return { filter: metricFilter(query), wanted: toWanted(query) };
}

function metricFilter(query: FilterQuery): MetricFilter {
  for (const name of ITEM_TEXTS) checkText(name, query[name]);
  const { kind, status, context, component, project, file, name, variant, search, namePattern, variantPattern } = query;
  return {
    ...sessionFilter(query),
    ...(kind !== undefined && { kinds: texts('kind', kind).map(checkedKind) }),
    ...(status !== undefined && { statuses: texts('status', status).map((one) => oneOf('status', one, STATUSES)) }),
    ...(context !== undefined && { context }),
    ...(component !== undefined && { component }),
    ...(project !== undefined && { project }),
    ...(file !== undefined && { file }),
    ...(name !== undefined && { name }),
    ...(variant !== undefined && { variant }),
    ...(search !== undefined && { search }),
    ...(namePattern !== undefined && { nameLike: anywhere('namePattern', namePattern) }),
    ...(variantPattern !== undefined && { variantLike: anywhere('variantPattern', variantPattern) }),
  };
}

function toWanted({ columns = COLUMN_NAMES, top, bottom }: MetricsQuery): Wanted {
  if (top !== undefined && bottom !== undefined) throw usage("'top' and 'bottom' exclude each other: ask twice.");
  const best = top !== undefined ? toBest('top', top) : bottom !== undefined ? toBest('bottom', bottom) : undefined;
  const names = [...new Set(texts('columns', columns))].map((name) => oneOf('column', name, COLUMN_NAMES));
  if (names.length === 0) throw usage("'columns' names no column.");
  return { columns: names, ...(best && { best }) };
}

function toBest(end: Best['end'], asked: NonNullable<MetricsQuery['top']>): Best {
  if (typeof asked !== 'object' || (asked as unknown) === null) throw usage(`'${end}' is { metric, count }, not ${inspect(asked)}.`);
  const { metric, count } = asked;
  checkCount(`${end}.count`, count, MOST_BEST);
  const name = Object.hasOwn(METRIC_WORDS, metric) ? METRIC_WORDS[metric as MetricWord] : metric;
  return { metric: oneOf('metric', name, RANKINGS) as Best['metric'], end, count };
}

function sessionFilter(query: SessionsQuery): SessionFilter {
  for (const name of TEXTS) checkText(name, query[name]);
  const { session, since, until, revision, branch, machine, last } = query;
  if (last !== undefined) checkCount('last', last);
  const asked = toTags(query.tags);
  const isAny = oneOf('match', query.match ?? 'all', ['all', 'any']) === 'any' && query.tags !== undefined;
  const tags = [
    ...(isAny ? [] : asked),
    ...(query.pipeline === undefined ? [] : [{ name: PIPELINE_TAG, text: query.pipeline }]),
    ...(query.build === undefined ? [] : [{ name: BUILD_TAG, text: query.build }]),
  ];
  return {
    ...(session !== undefined && { sessions: texts('session', session) }),
    ...(since !== undefined && { since: toInstant('since', since) }),
    ...(until !== undefined && { until: toInstant('until', until) }),
    ...(revision !== undefined && { revision }),
    ...(branch !== undefined && { branch }),
    ...(machine !== undefined && { machine }),
    ...(query.package !== undefined && { package: parsePackage(query.package) }),
    ...(tags.length > 0 && { tags }),
    ...(isAny && { anyTag: asked }),
    ...(last !== undefined && { newest: last }),
  };
}

function toTags(given: SessionsQuery['tags'] = []): TagCondition[] {
  if (typeof given === 'object' && (given as unknown) !== null && !Array.isArray(given))
    return Object.entries(given).map(([name, value]) => ({ name, value }));
  return texts('tags', given as string | readonly string[]).map((name) => {
    if (!name.includes('=')) return { name };
    const [tag = '', value] = name.split('=', 2);
    throw usage(`'tags' lists names, and "${name}" has a value: write it as { ${JSON.stringify(tag)}: ${JSON.stringify(value)} }.`);
  });
}

function anywhere(name: string, pattern: string): string {
  if (pattern.length > LONGEST_PATTERN) throw usage(`'${name}' is longer than ${LONGEST_PATTERN} characters.`);
  return `%${pattern}%`;
}

/** What is near a known kind is one that was misspelt. */
function checkedKind(kind: string): string {
  const known: readonly string[] = [...KINDS, ...FOREIGN_KINDS];
  const near = known.includes(kind) ? undefined : nearest(kind, known);
  if (near !== undefined) throw usage(`There is no kind '${kind}'. Did you mean '${near}'?`);
  return kind;
}

function checkFields(query: object, known: readonly string[]): void {
  for (const name of Object.keys(query)) {
    if (!known.includes(name)) throw usage(`Nothing can be asked by '${name}'. ${suggestion(name, known)}`);
  }
}

function texts(name: string, given: string | readonly string[]): readonly string[] {
  const list: unknown = typeof given === 'string' ? [given] : given;
  if (Array.isArray(list) && list.every((text) => typeof text === 'string')) return list;
  throw usage(`'${name}' is a text or a list of texts, not ${inspect(given)}.`);
}

function checkText(name: string, given: unknown): void {
  if (given !== undefined && typeof given !== 'string') throw usage(`'${name}' is a text, not ${inspect(given)}.`);
}

function checkCount(name: string, given: unknown, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= most) return;
  throw usage(`'${name}' is a whole number from 1${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}, not ${inspect(given)}.`);
}

function oneOf(what: string, given: string, known: readonly string[]): string {
  if (known.includes(given)) return given;
  throw usage(`There is no ${what} ${JSON.stringify(given)}. ${suggestion(given, known)}`);
}

function usage(message: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_USAGE', message);
}
