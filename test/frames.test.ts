/** Collections, and the tables that they become: read back by others, cell by cell. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dictionary, Field, Int32, Int64, makeData, RecordBatch, Schema, Struct, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { tableFromIPC } from '@uwdata/flechette';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Contexts, Metrics, Monitor, Sessions, type Metric } from '../dist/client.js';
import { METRIC_NAMES } from '../dist/model/metrics.js';
import { openStore } from '../dist/store/index.js';
import { START, readingRecord, sessionRecord, values, writerRecord } from './helpers/records.js';
import { PACKAGE, cleanEnvironment } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const HOSTILE = 'a "quoted", \\ 100%_ü 👩‍💻\u0000\u001b[31m\u009b31m\r\nline';
const LARGEST = Number.MAX_SAFE_INTEGER;
const SESSIONS = [
  sessionRecord('a'.repeat(32), {
    tags: { nightly: true, os: 'linux', deep: { n: [1] }, [HOSTILE]: HOSTILE },
    scm: { revision: 'abc1', branch: 'main', dirty: true },
    packages: [{ name: '@a/b', version: '1.0.0' }, { name: 'vite', version: '7.0.0' }, { name: 'vite', version: '7.1.0' }], // prettier-ignore
    context: { hash: 'h1', machine: 'ci-1', cpuCount: 2, cpuMhz: 2399.5, memoryTotal: 2 ** 34 },
  }),
  sessionRecord('b'.repeat(32), {
    startedAt: START + 60e6,
    tags: { os: 'mac' },
    scm: { revision: 'abd2' },
    context: { hash: 'h2', machine: HOSTILE },
    description: HOSTILE,
  }),
];
const COUNT = 13;

let monitor: Monitor;
let metrics: Metrics;
let sessions: Sessions;

const folder = mkdtempSync(join(tmpdir(), 'spanmeter-test-'));
beforeAll(async () => {
  const file = join(folder, 'history.db');
  const store = await openStore(file);
  for (const [index, session] of SESSIONS.entries()) {
    await store.putSession(session);
    await store.putWriter(writerRecord(session.id, 'w1'));
    const records = Array.from({ length: COUNT }, (_, at) =>
      readingRecord(session.id, at + 1, {
        component: at % 3 === 0 ? 'billing' : '',
        status: at % 5 === 0 ? 'failed' : 'passed',
        shared: at % 2 === 0,
        parent: at,
        tags: at === 4 ? { why: HOSTILE } : {},
        identity: { name: at === 4 ? HOSTILE : `test ${at}`, describe: at === 4 ? ['d', HOSTILE] : ['d'], variant: index === 1 && at === COUNT - 1 ? 'of two' : '' }, // prettier-ignore
        values: values({ wall_time: at === 4 ? LARGEST : (at + 1) * 1e6, ...(at % 4 === 0 && { peak_growth: at * 2 ** 20 }) }),
      }),
    );
    await store.putReadings(records);
  }
  await store.close();
  monitor = await Monitor.open(file);
  metrics = await monitor.metrics();
  sessions = await monitor.sessions();
});
afterAll(async () => {
  await monitor.close();
  rmSync(folder, { recursive: true });
});

describe('a collection', () => {
  it('is gone through and looked into', () => {
    expect(metrics).toHaveLength(2 * COUNT);
    const all = [...metrics];
    expect(all.map(({ session, sequence }) => [session, sequence])).toEqual(SESSIONS.flatMap(({ id }) => Array.from({ length: COUNT }, (_, at) => [id, at + 1]))); // prettier-ignore
    for (const [index, metric] of all.entries()) {
      expect(metrics.at(index)).toEqual(metric);
      expect(metrics.at(index - all.length)).toEqual(metric);
    }
    for (const index of [all.length, -all.length - 1, 0.5, NaN]) expect(metrics.at(index)).toBeUndefined();
    expect(sessions.map(({ id }) => id[0])).toEqual(['b', 'a']);
    expect(sessions.at(-1)).toEqual(SESSIONS[0]);
    expect(sessions.get('b'.repeat(32))).toEqual(SESSIONS[1]);
    expect(sessions.get('b')).toBeUndefined();
  });

  it('is narrowed without a change to itself', () => {
    const failed = metrics.filter(({ status }) => status === 'failed');
    expect(failed.map(({ status, sequence }) => [status, sequence])).toEqual([1, 6, 11, 1, 6, 11].map((at) => ['failed', at]));
    expect(failed.filter(({ sequence }) => sequence > 5).map(({ sequence }) => sequence)).toEqual([6, 11, 6, 11]);
    expect(metrics).toHaveLength(2 * COUNT);
    expect(metrics.variantsOf('test 12').map(({ variant }) => variant)).toEqual(['', 'of two']);
    expect(metrics.ofSessions(sessions.withScm('abd'))).toHaveLength(COUNT);
    expect(metrics.ofSessions(Sessions.of([]))).toHaveLength(0);
  });

  it('of sessions is narrowed by tags and revisions', () => {
    const found = (some: Sessions): string[] => some.map(({ id }) => id[0]!);
    expect(found(sessions.withTags('os'))).toEqual(['b', 'a']);
    expect(found(sessions.withTags(['os', 'nightly']))).toEqual(['a']);
    expect(found(sessions.withTags({ os: 'mac' }))).toEqual(['b']);
    expect(found(sessions.withTags({ deep: { n: [1] }, nightly: true }))).toEqual(['a']);
    expect(found(sessions.withTags({ [HOSTILE]: HOSTILE }))).toEqual(['a']);
    expect(found(sessions.withTags('toString'))).toEqual([]);
    expect(found(sessions.withScm('ab'))).toEqual(['b', 'a']);
    expect(found(sessions.withScm('abc1'))).toEqual(['a']);
  });

  it('is merged without double rows, in whatever parts it came', async () => {
    const [a, b] = await Promise.all(SESSIONS.map(({ id }) => monitor.metrics({ session: id })));
    const both = a!.merge(b!);
    expect([...both]).toEqual([...metrics]);
    expect(both.toJSON()).toEqual(metrics.toJSON());
    expect(both.toArrow().toArray().map(String)).toEqual(metrics.toArrow().toArray().map(String));
    expect(both.merge(metrics)).toHaveLength(metrics.length);
    expect([...b!.filter(({ sequence }) => sequence < 3).merge(a!.filter(({ sequence }) => sequence === 2))].map(({ session, sequence }) => session[0]! + String(sequence))).toEqual(['b1', 'b2', 'a2']); // prettier-ignore
    const narrow = await monitor.metrics({ columns: ['name', 'wall_time'] });
    expect(() => metrics.merge(narrow)).toThrow(/ask for them both with or both without 'session'/);
    expect(() => narrow.unique()).toThrow(/'session', 'writer' and 'sequence'/);
    expect(sessions.merge(sessions)).toHaveLength(2);
    expect(sessions.filter(({ id }) => id.startsWith('a')).merge(sessions).map(({ id }) => id[0])).toEqual(['a', 'b']); // prettier-ignore
    expect((await monitor.contexts()).merge(sessions.contexts())).toHaveLength(2);
  });

  it('joins metrics with their sessions and contexts', () => {
    const only = sessions.withTags('nightly');
    const joined = metrics.join(only);
    expect(joined).toHaveLength(metrics.length);
    for (const { metric, session, context } of joined) {
      const isA = metric.session === SESSIONS[0]!.id;
      expect(session).toEqual(isA ? SESSIONS[0] : undefined);
      expect(context?.machine).toBe(isA ? 'ci-1' : undefined);
    }
    expect(metrics.join(only, Contexts.of([{ hash: 'h2', machine: 'other' }])).at(-1)?.context?.machine).toBe('other');
  });

  it('is printed as a table of its first rows, of which no text is obeyed', () => {
    const text = metrics.toString();
    expect(text.split('\n')).toHaveLength(12);
    expect(text).toMatch(/^session {3}kind {2}item +status +wall +peak growth$/m);
    expect(text).toMatch(/^aaaaaaaa {2}test {2}src\/a\.test\.ts > d > test 0 +failed +1\.0 ms +0 B$/m);
    expect(text).toMatch(/^\.\.\. 16 more metrics$/m);
    for (const printed of [text, sessions.toString(), sessions.contexts().toString()]) {
      // eslint-disable-next-line no-control-regex -- what a terminal would obey
      expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      expect(printed.split('\n').length).toBeLessThan(13);
    }
    expect(Metrics.of([]).toString()).toBe('no metrics');
  });
});

describe('a frame', () => {
  /** What a reader of its own finds in the Arrow file. */
  async function readBack(of: Metrics | Sessions | Contexts): Promise<Record<string, unknown>[]> {
    const path = join(temporaryFolder(), 'x.arrow');
    await of.writeArrow(path);
    return tableFromIPC(readFileSync(path)).toArray() as Record<string, unknown>[];
  }
  const JSON_COLUMNS = ['describe', 'tags'];
  const sameAs = (json: Record<string, unknown>[]): Record<string, unknown>[] =>
    json.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, JSON_COLUMNS.includes(name) ? JSON.stringify(value) : name.endsWith('_at') ? micros(value as string) / 1000 : value]), // prettier-ignore
      ),
    );
  const micros = (text: string): number => Date.parse(text) * 1000 + Number(text.slice(-4, -1));
  const present = (rows: Record<string, unknown>[]): Record<string, unknown>[] =>
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));

  it('has the types that its columns are of', () => {
    const types = (table: Table): Record<string, string> => Object.fromEntries(table.schema.fields.map(({ name, type }) => [name, String(type)])); // prettier-ignore
    const table = metrics.toArrow({ sessions, contexts: sessions.contexts(), tags: ['os'] });
    expect(types(table)).toMatchObject({
      session: 'Dictionary<Int32, Utf8>',
      wall_time: 'Int64',
      started_at: 'Timestamp<MICROSECOND, UTC>',
      session_started_at: 'Timestamp<MICROSECOND, UTC>',
      shared: 'Bool',
      dirty: 'Bool',
      cpu_count: 'Int64',
      cpu_mhz: 'Float64',
      'tag.os': 'Dictionary<Int32, Utf8>',
    });
    expect(table.numRows).toBe(metrics.length);
    expect(table.getChild('wall_time')!.get(4)).toBe(BigInt(LARGEST));
  });

  it('is read by another reader as the same rows, whole and in part', async () => {
    for (const some of [metrics, metrics.filter(({ sequence }) => sequence % 3 === 1), metrics.filter(() => false)]) {
      const rows = await readBack(some);
      expect(rows).toHaveLength(some.length);
      expect(present(rows)).toEqual(sameAs(some.toJSON()));
    }
    expect(present(await readBack(sessions))).toEqual(sameAs(sessions.toJSON()));
    expect(present(await readBack(sessions.contexts()))).toEqual(sameAs(sessions.contexts().toJSON()));
  });

  it('says the same as the entities', () => {
    const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    for (const [index, { started_at: startedAt, item: _, ...row }] of metrics.toJSON().entries()) {
      const { startedAt: expected, ...rest } = metrics.at(index)! as Metric & { item?: number };
      delete rest.item;
      expect(micros(startedAt as string)).toBe(expected);
      expect(Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]))).toEqual(rest);
    }
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics.toJSON());
  });

  it('of any part is that part of the frame', () => {
    const all = { arrow: metrics.toArrow().toArray().map(String), json: metrics.toJSON(), csv: metrics.toCSV({ drop: ['name', 'describe', 'tags'] }).split('\r\n') }; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2 * COUNT, maxLength: 2 * COUNT }), (keep) => {
        let at = 0;
        const part = metrics.filter(() => keep[at++]!);
        const kept = <T>(list: readonly T[]): T[] => list.filter((_, index) => keep[index]);
        expect(part.toArrow().toArray().map(String)).toEqual(kept(all.arrow)); // prettier-ignore
        expect(part.toJSON()).toEqual(kept(all.json));
        const [header, ...lines] = all.csv;
        expect(part.toCSV({ drop: ['name', 'describe', 'tags'] }).split('\r\n')).toEqual([header, ...kept(lines), '']);
      }),
      { numRuns: 30 },
    );
  });

  it('has the columns that were chosen, with what is known of sessions and contexts', () => {
    const keep = ['tag.deep', 'tag.nightly', 'tag.os', `tag.${HOSTILE}`, 'package.vite', 'package.none', 'revision', 'branch', 'machine', 'cpu_mhz', 'memory_total']; // prettier-ignore
    const options = { sessions, contexts: sessions.contexts(), tags: ['deep', 'nightly', 'os', HOSTILE], packages: ['vite', 'none'], keep };
    const rows = metrics.toJSON(options);
    expect(rows[0]).toEqual({ 'tag.deep': '{"n":[1]}', 'tag.nightly': 'true', 'tag.os': 'linux', [`tag.${HOSTILE}`]: HOSTILE, 'package.vite': '7.0.0, 7.1.0', revision: 'abc1', branch: 'main', machine: 'ci-1', cpu_mhz: 2399.5, memory_total: 2 ** 34 }); // prettier-ignore
    expect(rows[COUNT]).toEqual({ 'tag.os': 'mac', revision: 'abd2', machine: HOSTILE });
    expect(metrics.toArrow(options).schema.fields.map(({ name }) => name)).toEqual(keep);
    expect(metrics.filter(({ sequence }) => sequence === 2).toJSON(options)).toEqual([rows[1], rows[COUNT + 1]]);
    expect(metrics.toArrow({ keep: ['name', 'kind', 'name'], drop: ['kind'] }).schema.fields.map(({ name }) => name)).toEqual(['name']);
    expect(sessions.toJSON({ keep: ['session', 'tag.os'], tags: ['os'] })[0]).toEqual({ session: 'b'.repeat(32), 'tag.os': 'mac' });
  });

  it('refuses what is not there', async () => {
    expect(() => metrics.toArrow({ keep: ['wall_tme'] })).toThrow(/no column "wall_tme".*wall_time/s);
    expect(() => metrics.toCSV({ drop: ['revision'] })).toThrow(/no column "revision"/);
    expect(() => metrics.toJSON({ tags: ['os'] })).toThrow(/hand them over as "sessions"/);
    const narrow = await monitor.metrics({ columns: ['name'] });
    expect(() => narrow.toJSON({ sessions })).toThrow(/by the column 'session'/);
  });

  it('that is empty keeps its columns', async () => {
    const none = await monitor.metrics({ name: 'none' });
    expect(none.toArrow().schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual(metrics.toArrow().schema.fields.map(({ name, type }) => `${name} ${String(type)}`)); // prettier-ignore
    expect(none.toCSV()).toBe(`${metrics.columns.join(',')}\r\n`);
    expect(none.toJSON()).toEqual([]);
    expect((await none.toArquero()).columnNames()).toEqual(metrics.columns);
    expect(
      Sessions.of([])
        .toArrow()
        .schema.fields.map(({ name }) => name),
    ).toContain('session');
  });

  it('is an Arquero table, whose instants are dates', async () => {
    const table = await metrics.toArquero({ sessions, keep: ['name', 'wall_time', 'peak_growth', 'started_at', 'describe', 'branch'] });
    expect(table.numRows()).toBe(metrics.length);
    expect(table.object(4)).toEqual({ name: HOSTILE, wall_time: LARGEST, peak_growth: 4 * 2 ** 20, started_at: new Date((START + 5000) / 1000), describe: ['d', HOSTILE], branch: 'main' }); // prettier-ignore
    expect(table.object(COUNT + 1)).toMatchObject({ peak_growth: null, branch: null });
  });

  it('says how to install arquero where it is missing', () => {
    const hook = `export const resolve = (name, context, next) => { if (name === 'arquero') throw new Error('Cannot find it'); return next(name, context); }`;
    const script = `
      import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
      const { Sessions } = await import(${JSON.stringify(join(PACKAGE, 'dist/client.mjs'))});
      await Sessions.of([]).toArquero().catch(({ code, message }) => console.log(code + ': ' + message));`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env: cleanEnvironment() });
    expect(said.trim()).toBe('SPANMETER_USAGE: arquero is not installed. Run: npm install arquero');
  });

  it('takes whole numbers of any size', () => {
    const type = new Int64();
    const data = makeData({ type, length: 4, nullCount: 0, data: BigInt64Array.of(2n ** 60n, -1n, -(2n ** 40n) - 7n, 0n) });
    const schema = new Schema([new Field('wall_time', type, true)]);
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 4, nullCount: 0, children: [data] }));
    const numbers = [2 ** 60, -1, -(2 ** 40) - 7, 0];
    expect(Metrics.of([batch]).map(({ wallTime }) => wallTime)).toEqual(numbers);
    expect(Metrics.of([batch, batch]).filter(({ wallTime }) => wallTime! < 0).toJSON()).toEqual([...numbers.slice(1, 3), ...numbers.slice(1, 3)].map((value) => ({ wall_time: value }))); // prettier-ignore
    expect(Metrics.of([batch]).filter(() => true).toArrow().getChild('wall_time')!.toArray()).toEqual(data.values); // prettier-ignore
  });

  it('of a stream is the same, piece by piece', async () => {
    const rows = [];
    for await (const piece of monitor.stream()) rows.push(...piece.toJSON());
    expect(rows).toEqual(metrics.toJSON());
    const each = [];
    for await (const metric of monitor.each({ session: SESSIONS[1]!.id })) each.push(metric);
    expect(each).toEqual([...metrics].slice(COUNT));
  });
});

it('a slice of a batch has the rows of the slice', () => {
  const texts = ['a', 'b', null, 'a', null, 'c', 'a', 'b', 'c'];
  const { batches } = new Table({ name: vectorFromArray(texts, new Dictionary(new Utf8(), new Int32())) });
  const sliced = Metrics.of([batches[0]!.slice(3, 8)]);
  expect(sliced.map(({ name }) => (name as string | undefined) ?? null)).toEqual(texts.slice(3, 8));
  expect([...sliced.toArrow().getChild('name')!]).toEqual(texts.slice(3, 8));
});

it('has the columns and types that the reference says, and no others', () => {
  const page = readFileSync(join(PACKAGE, 'docs/reference/frames.md'), 'utf8');
  const said = Object.fromEntries([...page.matchAll(/^\| `(\w+)` \| (text|json|integer|number|boolean|instant) \|/gm)].map(([, name, type]) => [name, type])); // prettier-ignore
  const types = { text: /^Dictionary/, json: /^Dictionary/, integer: /^Int64/, number: /^Float64/, boolean: /^Bool/, instant: /^Timestamp<MICROSECOND, UTC>/ } as const; // prettier-ignore
  const options = { sessions, contexts: sessions.contexts() };
  const fields = [metrics.toArrow(options), sessions.toArrow(), sessions.contexts().toArrow()].flatMap(({ schema }) => schema.fields);
  const columns = fields.filter(({ name }) => !(METRIC_NAMES as readonly string[]).includes(name));
  for (const { name, type } of columns)
    expect(String(type), name).toMatch((types as Partial<Record<string, RegExp>>)[said[name] ?? ''] ?? 'nothing');
  expect(Object.keys(said).sort()).toEqual([...new Set(columns.map(({ name }) => name))].sort());
});
