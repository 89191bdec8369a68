/** The reference of the Monitor says what can be called: every call of its tables is made, over rows whose answers are known. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Monitor } from 'spanmeter/client';
import { COLUMN_NAMES } from '../dist/store/sql/metric-columns.js';
import { METRICS, SEED } from './contracts/v1.contract.js';
import { readingRecord, sessionRecord } from './helpers/records.js';
import { openStore } from '../dist/store/index.js';
import { PYMON_SCHEMAS, pymonRow, writePymon } from './helpers/pymon-file.js';
import { PACKAGE } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const PAGE = readFileSync(join(PACKAGE, 'docs/reference/monitor.md'), 'utf8');
const TABLE = PAGE.slice(PAGE.indexOf('## Coming from'));
const ROWS = [...TABLE.matchAll(/^\| `([^|]*)` \| (.*) \|$/gm)].map(([, python = '', calls = '']) => ({
  python,
  calls: [...calls.matchAll(/`([^`]+)`/g)].map(([, call]) => call!),
}));

const SESSIONS = SEED.filter(({ path }) => path.includes('/sessions/')).map(({ body }) => body);
const tagged = (tags: Readonly<Record<string, unknown>>): number =>
  SESSIONS.filter(({ description }) =>
    Object.entries(tags).every(([name, value]) => (description as Record<string, unknown>)[name] === value),
  ).length;
const rows = (fits: Readonly<Record<string, unknown>>): number =>
  METRICS.filter((row) => Object.entries(fits).every(([name, value]) => row[name] === value)).length;

const [session, hash, scm] = [SESSIONS[0]!['session_h'], METRICS[0]!['context_h'], SESSIONS[0]!['scm_ref']] as [string, string, string];
const GIVEN = {
  ...{ component: 'math.prime', pipeline: 'master-py38', build: '3', session, hash, scm },
  ...{ item: 'test_prime', variant: 'test_prime[2]', part: 'prime', a: 'version', b: 'flag', value: '1.1.0' },
};
const ofRevision = METRICS.filter((row) =>
  SESSIONS.some(({ session_h: id, scm_ref }) => id === row['session_h'] && scm_ref === scm),
).length;
const named = (column: string): number =>
  METRICS.filter((row) => /prime/i.test(String(row[column])) && (column === 'item' || row['item_variant'] !== row['item'])).length;

/** How many each call gives. One that is not listed gives 10. */
const COUNTS: Readonly<Record<string, number | readonly number[]>> = {
  'count_metrics(session, hash, scm)': [rows({ session_h: session }), rows({ context_h: hash }), ofRevision],
  'list_component_metrics(component)': rows({ component: GIVEN.component }),
  'list_context_metrics(hash)': rows({ context_h: hash }),
  'list_item_metrics(item)': rows({ item: GIVEN.item }),
  'list_metrics()': METRICS.length,
  'list_metrics_by_type(MetricScope.FUNCTION)': rows({ kind: 'function' }),
  'list_metrics_by_scm_id(scm)': ofRevision,
  'list_metrics_from_pattern(item=part)': named('item'),
  'list_metrics_from_pattern(variant=part)': named('item_variant'),
  'list_metrics_of_variant(variant, component)': rows({ item_variant: GIVEN.variant, component: GIVEN.component }),
  'list_session_metrics(session)': rows({ session_h: session }),
  'count_contexts()': 3,
  'list_contexts()': 3,
  'list_contexts_from(metrics)': 3,
  'count_sessions()': SESSIONS.length,
  'list_sessions()': SESSIONS.length,
  "list_sessions(with_tags=[a, b], method='match_any')": SESSIONS.filter(({ description }) => 'version' in (description as object) || 'flag' in (description as object)).length,
  'list_sessions(with_tags=[a], restrict_flags=[value])': tagged({ version: '1.1.0' }),
  'list_build_sessions(pipeline, build)': tagged({ pipeline_branch: 'master-py38', pipeline_build_no: '3' }),
  'list_sessions_from(metrics)': SESSIONS.length,
  'list_metrics_from(sessions)': METRICS.filter((row) => SESSIONS.some(({ session_h: id }) => id === row['session_h'])).length,
  'list_pipelines()': 3,
  'list_component_pipelines(component)': 3,
  'list_pipeline_builds(pipeline)': 3,
  'list_component_pipeline_builds(component, pipeline)': 3,
  'Metrics.merge(a, b)': METRICS.length,
  'unique()': METRICS.length,
  'variants_of(item)': rows({ item: GIVEN.item }),
  'Sessions.with_scm(scm)': SESSIONS.filter(({ scm_ref }) => scm_ref === scm).length,
  'Sessions.with_tags(a)': SESSIONS.filter(({ description }) => 'version' in (description as object)).length,
  'count_components()': new Set(METRICS.map(({ component }) => component)).size - 1,
  'list_components()': new Set(METRICS.map(({ component }) => component)).size - 1,
  'filter_with(condition)': METRICS.filter((row) => (row['total_time'] as number) > 1 && (row['total_time'] as number) < 9e6).length,
}; // prettier-ignore

type Call = (...given: unknown[]) => Promise<unknown>;
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (...source: string[]) => Call;

function sizeOf(answer: unknown): number {
  if (typeof answer === 'number') return answer;
  return 'length' in (answer as object) ? (answer as { length: number }).length : (answer as { numRows: number }).numRows;
}

async function recorded(): Promise<Monitor> {
  const file = join(temporaryFolder(), 'seed.pymon');
  writePymon(file, PYMON_SCHEMAS['1.6.0'], SEED.map(pymonRow)); // prettier-ignore
  const monitor = await Monitor.open(file);
  onTestFinished(() => monitor.close());
  return monitor;
}

describe('the tables of what monitor_api can do', () => {
  test('name all of its Monitor', () => {
    const methods =
      `count_components list_components list_component_pipelines list_component_pipeline_builds list_component_metrics count_contexts
      list_contexts get_context list_context_metrics count_metrics list_item_metrics list_metrics list_metrics_by_type list_metrics_by_scm_id
      list_metrics_from_pattern list_metrics_of_variant count_sessions list_sessions list_session_metrics get_session list_pipelines
      list_pipeline_builds list_metrics_resources list_metrics_resources_from_component list_metrics_resources_from_pipeline
      list_metrics_resources_from_build list_metrics_from list_sessions_from list_contexts_from list_build_sessions`.split(/\s+/);
    const there = new Set(ROWS.map(({ python }) => python.split('(')[0]));
    expect(methods.filter((method) => !there.has(method))).toEqual([]);
  });

  test('have calls that give what is asked for', async () => {
    const monitor = await recorded();
    const [metrics, sessions, contexts] = [await monitor.metrics(), await monitor.sessions(), await monitor.contexts()];
    const given = { monitor, metrics, sessions, contexts, ...GIVEN };
    expect(ROWS.length).toBeGreaterThan(35);
    for (const { python, calls } of ROWS) {
      expect(calls, python).not.toEqual([]);
      for (const [at, call] of calls.entries()) {
        const answer = await new AsyncFunction(...Object.keys(given), `return ${call};`)(...Object.values(given));
        const expected = [COUNTS[python] ?? []].flat()[at];
        if (python === 'get_context(hash)') expect(answer).toMatchObject({ hash });
        else if (python === 'get_session(session)') expect(answer).toMatchObject({ id: session });
        else if (python.startsWith('to_df'))
          expect(typeof answer === 'string' ? answer.match(/,pytest-monitor/g)!.length : sizeOf(answer), call).toBe(METRICS.length);
        else if (python.startsWith('str(')) expect(answer).toContain('test_prime');
        else expect(sizeOf(answer), `${python}: ${call}`).toBe(expected ?? 10);
      }
    }
  });
});

describe('the rest of the page', () => {
  test('names every method and getter of a Monitor', () => {
    const members = Object.getOwnPropertyNames(Monitor.prototype).filter((name) => name !== 'constructor');
    for (const name of [...members, 'Monitor.open']) expect(PAGE).toMatch(new RegExp(`\`${name}[\`(]`));
  });

  test('names every column that is a field of a metric, and every field of a session and a context', async () => {
    const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const facts = COLUMN_NAMES.slice(0, COLUMN_NAMES.indexOf('wall_time'));
    for (const name of facts) expect(PAGE).toContain(`\`${camel(name)}\``);
    const session = sessionRecord('s', {
      finishedAt: 1,
      exitCode: 0,
      lockfileHash: 'x',
      scm: { revision: 'r', branch: 'b', dirty: false },
    });
    for (const name of [...Object.keys(session), ...Object.keys(session.scm)]) expect(PAGE).toContain(`\`${name}\``);
    const [context] = await (await recorded()).contexts();
    for (const name of Object.keys(context!)) expect(PAGE).toContain(`\`${name}\``);
  });

  test('begins with an example that runs', async () => {
    const file = join(temporaryFolder(), 'history.db');
    const store = await openStore(file);
    await store.putSession(sessionRecord('s'.repeat(32)));
    await store.putReadings(Array.from({ length: 9 }, (_, index) => readingRecord('s'.repeat(32), index + 1)));
    await store.close();
    const example = /```ts\n([^]*?)```/
      .exec(PAGE)![1]!
      .replace(/^import .*$/m, '')
      .replace('.spanmeter/history.db', file);
    const said: unknown[] = [];
    await new AsyncFunction('Monitor', 'console', example)(Monitor, { log: (...words: unknown[]) => said.push(...words) });
    expect(said.slice(1)).toEqual([9, 8, 7, 6, 5].flatMap((number) => [`test ${number}`, number * 1e6]));
  });
});
