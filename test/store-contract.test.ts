/** The contract suite is worth something: a store that breaks one promise fails the check of that promise. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingRecord, SessionRecord } from '../dist/model/records.js';
import type { ReadingQuery, SessionQuery, Store, StoredReading } from '../dist/store/contract.js';
import { openStore } from '../dist/store/index.js';
import { storeChecks } from './contracts/store.contract.js';
import { temporaryFolder } from './helpers/temporary.js';

interface Broken {
  readonly fault: string;
  /** The check that must notice. */
  readonly check: string;
  /** Methods in place of those of a right store. */
  readonly with: (right: Store) => Partial<Store>;
}

const BROKEN: readonly Broken[] = [
  {
    fault: 'replaces lone surrogates',
    check: 'hostile titles come back, and stay different items',
    with: (right) => ({
      readings: changed(right, (row) => ({ ...row, identity: { ...row.identity, name: wellFormed(row.identity.name) } })),
    }),
  },
  {
    fault: 'cuts a text at NUL',
    check: 'a session comes back as it was put',
    with: (right) => ({ putSession: (session) => right.putSession({ ...session, description: session.description.split('\0')[0]! }) }),
  },
  {
    fault: 'takes absent for 0',
    check: 'a reading comes back as it was put',
    with: (right) => ({
      readings: changed(right, (row) => ({ ...row, values: Array.from(row.values, (value) => (Number.isNaN(value) ? 0 : value)) })),
    }),
  },
  {
    fault: 'keeps milliseconds only',
    check: 'a reading comes back as it was put',
    with: (right) => ({ readings: changed(right, (row) => ({ ...row, startedAt: Math.floor(row.startedAt / 1000) * 1000 })) }),
  },
  {
    fault: 'forgets the tags of readings',
    check: 'a reading comes back as it was put',
    with: (right) => ({ putReadings: (records) => right.putReadings(mapped(records, (record) => ({ ...record, tags: {} }))) }),
  },
  {
    fault: 'counts what it hands out',
    check: 'what a query finds is counted, whatever its limit',
    with: (right) => ({ countReadings: async (query) => (await right.readings(query)).length }),
  },
  {
    fault: 'counts all sessions',
    check: 'what a query finds is counted, whatever its limit',
    with: (right) => ({ countSessions: () => right.countSessions() }),
  },
  {
    fault: 'takes no project for one',
    check: 'a session names its projects, and finds items by them',
    with: (right) => ({ projects: async (session) => ['', ...(await right.projects(session))] }),
  },
  {
    fault: 'takes a second delivery for new rows',
    check: 'delivered twice counts once',
    with: (right) => {
      let delivery = 0;
      return {
        putReadings: (records) => {
          delivery++;
          return right.putReadings(mapped(records, (record) => ({ ...record, writer: `${record.writer} ${delivery}` })));
        },
      };
    },
  },
  {
    fault: 'overwrites what is there',
    check: 'delivered twice counts once',
    with: (right) => {
      const last = new Map<string, ReadingRecord>();
      const remember = (record: ReadingRecord): ReadingRecord => {
        last.set(`${record.writer} ${record.sequence}`, record);
        return record;
      };
      return {
        putReadings: (records) => right.putReadings(mapped(records, remember)),
        readings: changed(right, (row) => ({ ...row, ...last.get(`${row.writer} ${row.sequence}`) })),
      };
    },
  },
  {
    fault: 'says that every row was new',
    check: 'delivered twice counts once',
    with: (right) => ({
      putReadings: async (records) => {
        const all = [...records];
        await right.putReadings(all);
        return all.length;
      },
    }),
  },
  {
    fault: 'never replaces an interrupted record',
    check: 'a finished record replaces an interrupted one, and nothing else is replaced',
    with: (right) => {
      const seen = new Set<string>();
      const isNew = ({ session, writer, sequence }: ReadingRecord): boolean => {
        const key = `${session} ${writer} ${sequence}`;
        return !seen.has(key) && seen.add(key).size > 0;
      };
      return { putReadings: (records) => right.putReadings([...records].filter(isNew)) };
    },
  },
  {
    fault: 'knows a key only together with its item',
    check: 'one key is one row, whatever the item',
    with: (right) => ({
      putReadings: (records) =>
        right.putReadings(mapped(records, (record) => ({ ...record, writer: `${record.writer} ${record.identity.name}` }))),
    }),
  },
  {
    fault: 'forgets the writer in the key',
    check: 'the same sequence of another writer or session is another row',
    with: (right) => ({ putReadings: (records) => right.putReadings(mapped(records, (record) => ({ ...record, writer: 'w1' }))) }),
  },
  {
    fault: 'stores half a batch',
    check: 'a batch is stored as a whole or not at all',
    with: (right) => ({
      putReadings: async (records) => {
        let changedRows = 0;
        for (const record of records) changedRows += await right.putReadings([record]);
        return changedRows;
      },
    }),
  },
  {
    fault: 'takes readings of unknown sessions',
    check: 'readings and writers need their session',
    with: (right) => ({ putReadings: (records) => right.putReadings(records).catch(() => 0) }),
  },
  {
    fault: 'knows no ordinals',
    check: 'hostile titles come back, and stay different items',
    with: (right) => ({
      putReadings: (records) =>
        right.putReadings(mapped(records, (record) => ({ ...record, identity: { ...record.identity, ordinal: 0 } }))),
    }),
  },
  {
    fault: 'gives readings as they were put',
    check: 'readings come in the order in which they began',
    with: (right) => ({ readings: sorted(right, (a, b) => a.sequence - b.sequence) }),
  },
  {
    fault: 'gives the smallest first',
    check: 'readings are ordered by a metric, those without it left out',
    with: (right) => ({
      readings: async (query) => {
        const rows = await right.readings(query);
        return query.orderBy === undefined ? rows : rows.reverse();
      },
    }),
  },
  {
    fault: 'gives rows without the metric too',
    check: 'readings are ordered by a metric, those without it left out',
    with: (right) => ({
      readings: async ({ orderBy, ...query }) => {
        const rows = await right.readings(query);
        return orderBy === undefined ? rows : rows.sort((a, b) => known(b.values[5]!) - known(a.values[5]!));
      },
    }),
  },
  {
    fault: 'ignores limits',
    check: 'readings come in the order in which they began',
    with: (right) => ({ readings: asking(right, ({ limit: _, ...query }) => query) }),
  },
  {
    fault: 'ignores offsets',
    check: 'readings come in the order in which they began',
    with: (right) => ({ readings: asking(right, ({ offset: _, ...query }) => query) }),
  },
  {
    fault: 'ignores statuses',
    check: 'readings are chosen by kind, status and text',
    with: (right) => ({ readings: asking(right, ({ statuses: _, ...query }) => query) }),
  },
  {
    fault: 'searches with wildcards',
    check: 'readings are chosen by kind, status and text',
    with: (right) => ({
      readings: async ({ search, ...query }) => {
        const pattern = new RegExp((search ?? '').replace(/[%_[\]\\]/g, '.'), 'i');
        return (await right.readings(query)).filter(({ identity: { file, describe, name } }) =>
          [file, name, ...describe].some((text) => pattern.test(text)),
        );
      },
    }),
  },
  {
    fault: 'searches with case',
    check: 'readings are chosen by kind, status and text',
    with: (right) => ({
      readings: async ({ search = '', ...query }) =>
        (await right.readings(query)).filter(({ identity: { file, describe, name } }) =>
          [file, name, ...describe].some((text) => text.includes(search)),
        ),
    }),
  },
  {
    fault: 'forgets when a session finished',
    check: 'a session learns, and forgets nothing',
    with: (right) => {
      let last: SessionRecord | undefined;
      return {
        putSession: (session) => right.putSession((last = session)),
        session: async (id) => (last?.id === id ? last : right.session(id)),
      };
    },
  },
  {
    fault: 'gives the oldest session first',
    check: 'sessions come newest first, by prefix, revision and tag',
    with: (right) => ({ sessions: async (query) => (await right.sessions(query)).reverse() }),
  },
  {
    fault: 'takes any value of a tag',
    check: 'sessions come newest first, by prefix, revision and tag',
    with: (right) => ({
      sessions: askingSessions(right, ({ tag, ...query }) => (tag === undefined ? query : { ...query, tag: { name: tag.name } })),
    }),
  },
  {
    fault: 'finds ids and revisions with wildcards',
    check: 'sessions come newest first, by prefix, revision and tag',
    with: (right) => ({
      sessions: askingSessions(right, ({ revision, ...query }) =>
        revision === 'ab%' ? query : { ...query, ...(revision === undefined ? {} : { revision }) },
      ),
    }),
  },
  {
    fault: 'counts every attempt',
    check: 'the last attempt of an item is counted, in whatever order attempts come',
    with: (right) => ({
      sessions: async (query) =>
        Promise.all((await right.sessions(query)).map(async (session) => ({ ...session, tests: await attempts(right, session.id) }))),
    }),
  },
  {
    fault: 'keeps counts that have become stale',
    check: 'a finished record replaces an interrupted one, and nothing else is replaced',
    with: (right) => {
      let first: Promise<Awaited<ReturnType<Store['sessions']>>> | undefined;
      return { sessions: (query) => (first ??= right.sessions(query)) };
    },
  },
  {
    fault: 'sums the last attempts only',
    check: 'totals sum all attempts and keep the largest peak',
    with: (right) => ({ totals: async (session) => (await right.totals(session)).map((row) => ({ ...row, wallTime: row.wallTime - 10 })) }),
  },
  {
    fault: 'sums nothing to 0',
    check: 'totals sum all attempts and keep the largest peak',
    with: (right) => ({ totals: async (session) => (await right.totals(session)).map((row) => ({ ...row, cpuTime: row.cpuTime || 0 })) }),
  },
];

test.for(BROKEN)('a store that $fault', async ({ check: name, with: breakIt }) => {
  const file = join(temporaryFolder(), 'history.db');
  const right = await openStore(file);
  try {
    const check = storeChecks.find((one) => one.name === name);
    expect(check, `the contract has the check "${name}"`).toBeDefined();
    const changedMethods = breakIt(right);
    const broken = new Proxy(right, {
      get: (target, key): unknown => {
        const method: unknown = Reflect.get(key in changedMethods ? changedMethods : target, key, target);
        return typeof method === 'function' ? method.bind(target) : method;
      },
    });
    await expect(check!.run({ store: broken, again: () => openStore(file) })).rejects.toThrow();
  } finally {
    await right.close();
  }
});

function changed(right: Store, change: (row: StoredReading) => StoredReading): Store['readings'] {
  return async (query) => (await right.readings(query)).map(change);
}

function sorted(right: Store, compare: (a: StoredReading, b: StoredReading) => number): Store['readings'] {
  return async (query) => (await right.readings(query)).sort(compare);
}

function asking(right: Store, change: (query: ReadingQuery) => ReadingQuery): Store['readings'] {
  return (query) => right.readings(change(query));
}

function askingSessions(right: Store, change: (query: SessionQuery) => SessionQuery): Store['sessions'] {
  return (query = {}) => right.sessions(change(query));
}

function* mapped(records: Iterable<ReadingRecord>, change: (record: ReadingRecord) => ReadingRecord): Generator<ReadingRecord> {
  for (const record of records) yield change(record);
}

async function attempts(right: Store, session: string): Promise<number> {
  return (await right.readings({ session, kinds: ['test'] })).length;
}

function known(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
