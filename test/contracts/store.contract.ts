/**
 * What every store promises, as named checks that need no test runner: test/store.test.ts runs them over SQLite, and
 * test/store-contract.test.ts over stores that break a promise each, which the check must notice.
 */
import assert from 'node:assert/strict';
import { METRIC_NAMES } from '../../dist/model/metrics.js';
import type { Identity, ReadingRecord, SessionRecord } from '../../dist/model/records.js';
import type { KindTotals, Store, StoredReading } from '../../dist/store/contract.js';
import { identity, readingRecord, sessionRecord, START, values, writerRecord } from '../helpers/records.js';

export interface Place {
  /** An empty store. */
  readonly store: Store;
  /** Another connection to the same store, while the first is still open. */
  again(): Promise<Store>;
}

export interface Check {
  readonly name: string;
  readonly run: (place: Place) => Promise<void>;
}

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

/** Texts that journals and databases like to mangle. */
const HOSTILE: readonly string[] = [
  'a\u0000b',
  '\ud800 alone \udfff',
  'tab\tnewline\nreturn\rdelete\u007f',
  'back\\slash \\0000 \\\\',
  `'quoted' "twice" \`thrice\``,
  '100% _under [a-z]* ?',
  'ünïcödé 漢字 👩‍👩‍👧 \u202e',
  ' ends with space ',
  '',
  '{"json": [1]}',
  'x'.repeat(2 ** 20),
];

const checks: Check[] = [];
function check(name: string, run: Check['run']): void {
  checks.push({ name, run });
}
export const storeChecks: readonly Check[] = checks;

check('a session comes back as it was put', async ({ store }) => {
  for (const [index, text] of HOSTILE.entries()) {
    const session = sessionRecord(`${A}${index}`, {
      startedAt: START + index,
      finishedAt: START + 5_000_001,
      exitCode: index,
      description: text,
      tags: { [text]: text, flag: true, deep: { list: [1, null, 'x'] } },
      scm: { revision: text, branch: text, dirty: index % 2 === 0 },
      context: { hash: `h${index}`, machine: text, cpuCount: 8, cpuMhz: 2596.15, cpuLimit: 1.5, memoryTotal: 2 ** 40 },
      command: text,
      root: text,
      lockfileHash: text,
      packages: [
        { name: `a${text}`, version: text },
        { name: 'b', version: '1.0.0' },
      ],
    });
    await store.putSession(session);
    assert.deepEqual(await store.session(session.id), session);
  }
});

check('what a session does not know stays absent', async ({ store }) => {
  const session = sessionRecord(A);
  await store.putSession(session);
  assert.deepEqual(await store.session(A), session);
  assert.equal(await store.session(B), undefined);
  assert.equal(await store.session(A.slice(0, 8)), undefined);
});

check('a session learns, and forgets nothing', async ({ store }) => {
  const started = sessionRecord(A, { scm: { revision: 'abc', dirty: false }, lockfileHash: 'l', packages: [{ name: 'p', version: '1' }] });
  const finished: SessionRecord = { ...started, finishedAt: START + 7, exitCode: 1, tags: { late: true }, description: 'late' };
  await store.putSession(started);
  await store.putSession(finished);
  assert.deepEqual(await store.session(A), finished);
  const { finishedAt, exitCode } = finished;
  await store.putSession({ ...finished, finishedAt: undefined, exitCode: undefined, scm: {}, packages: [] } as unknown as SessionRecord);
  assert.deepEqual(await store.session(A), { ...finished, finishedAt, exitCode });
});

check('readings and writers need their session', async ({ store }) => {
  await assert.rejects(store.putReadings([readingRecord(A, 1)]), { code: 'SPANMETER_NOT_FOUND' });
  await assert.rejects(store.putWriter(writerRecord(A, 'w1')), { code: 'SPANMETER_NOT_FOUND' });
  assert.deepEqual(await store.readings({ session: A }), []);
  assert.deepEqual(await store.totals(A), []);
  await store.putSession(sessionRecord(A));
  assert.equal(await store.putReadings([readingRecord(A, 1)]), 1);
});

check('a reading comes back as it was put', async ({ store }) => {
  await store.putSession(sessionRecord(A, { context: { hash: 'the context' } }));
  await store.putWriter(writerRecord(A, 'w1'));
  const all = readingRecord(A, 7, {
    parent: 3,
    component: 'a component',
    tags: { leaky: true, ticket: 'X-1', list: [1] },
    status: 'failed',
    retry: 2,
    repeat: 3,
    overlaps: 17,
    shared: true,
    peakIsLowerBound: true,
    startedAt: START - 1_500_001,
    values: Float64Array.from(METRIC_NAMES, (_, index) => (index + 1) * 1_234_567_890),
    identity: { kind: 'span', project: 'web', describe: ['outer', 'inner'], variant: 'n=1', ordinal: 4 },
  });
  const none = readingRecord(A, 8, { status: 'skipped', values: values({}) });
  const zeros = readingRecord(A, 9, { values: new Float64Array(METRIC_NAMES.length) });
  const large = readingRecord(A, 10, { values: values({ wall_time: 2 ** 53 - 1, peak_growth: -4096, cpu_time: 1 }) });
  const records = [all, none, zeros, large];
  assert.equal(await store.putReadings(records), 4);
  const stored = await store.readings({ session: A });
  assert.deepEqual(
    stored,
    records.map((record) => ({ ...record, context: 'the context', foreign: false })),
  );
});

check('hostile titles come back, and stay different items', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  const identities = HOSTILE.flatMap((text): Identity[] => [
    identity(text),
    identity('n', { describe: [text] }),
    identity('n', { describe: [text, text] }),
    identity('n', { file: text }),
    identity('n', { variant: text }),
    identity('n', { project: text }),
  ]);
  // What a careless key or escape would take for the same.
  identities.push(
    identity('a\u0000b', { variant: 'c' }),
    identity('a', { variant: 'b\u0000c' }),
    identity('n', { describe: ['a', 'b'] }),
    identity('n', { describe: ['a,b'] }),
    identity('n', { describe: ['a","b'] }),
    identity('\\0000'),
    identity('\u0000'),
    identity('n', { ordinal: 1 }),
    identity('n', { kind: 'file' }),
  );
  const records = identities.map((title, index) =>
    readingRecord(A, index + 1, { identity: title, component: title.name, tags: { t: title.name } }),
  );
  assert.equal(await store.putReadings(records), records.length);
  const stored = await store.readings({ session: A });
  assert.deepEqual(
    stored.map(({ identity: title }) => title),
    identities,
  );
  assert.deepEqual(
    stored.map(({ component, tags }) => [component, tags]),
    records.map(({ component, tags }) => [component, tags]),
  );
  // Differing identities are counted apart: as many tests as there are different ones.
  const different = new Set(identities.filter(({ kind }) => kind === 'test').map((title) => JSON.stringify(title)));
  const again = records.map((record, index) => ({ ...record, writer: 'w2', retry: index + 1 }));
  await store.putReadings(again);
  assert.equal((await store.totals(A)).find(({ kind }) => kind === 'test')?.count, different.size);
});

check('delivered twice counts once', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  const records = [readingRecord(A, 1), readingRecord(A, 2, { status: 'failed' })];
  assert.equal(await store.putReadings([...records, ...records]), 2);
  assert.equal(await store.putReadings(records), 0);
  const other = records.map((record) => ({ ...record, status: 'skipped' as const, component: 'other', values: values({ wall_time: 5 }) }));
  assert.equal(await store.putReadings([...other, readingRecord(A, 3)]), 1);
  assert.deepEqual(facts(await store.readings({ session: A })), ['1 passed 1000000', '2 failed 2000000', '3 passed 3000000']);
  assert.deepEqual(await summary(store), [3, 1, 0, 0]);
});

check('one key is one row, whatever the item', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  await store.putReadings([readingRecord(A, 1)]);
  assert.equal(await store.putReadings([readingRecord(A, 1, { identity: { name: 'another' } })]), 0);
  assert.equal(await store.putReadings([readingRecord(A, 2), readingRecord(A, 2, { identity: { name: 'another' } })]), 1);
  assert.deepEqual(
    (await store.readings({ session: A })).map((row) => row.identity.name),
    ['test 1', 'test 2'],
  );
});

check('the same sequence of another writer or session is another row', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  await store.putSession(sessionRecord(B));
  const records = [readingRecord(A, 1), readingRecord(A, 1, { writer: 'w2', startedAt: START + 1001 }), readingRecord(B, 1)];
  assert.equal(await store.putReadings(records), 3);
  assert.deepEqual(
    (await store.readings({ session: A })).map(({ writer }) => writer),
    ['w1', 'w2'],
  );
  assert.equal((await store.readings({ session: B })).length, 1);
});

check('a finished record replaces an interrupted one, and nothing else is replaced', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  const interrupted = (sequence: number): ReadingRecord => readingRecord(A, sequence, { status: 'interrupted', values: values({}) });
  assert.equal(await store.putReadings([interrupted(1), interrupted(2), interrupted(3)]), 3);
  assert.deepEqual(await summary(store), [3, 0, 0, 3]);
  assert.equal(await store.putReadings([readingRecord(A, 1), readingRecord(A, 2, { identity: { name: 'renamed' } }), interrupted(3)]), 2);
  assert.equal(await store.putReadings([interrupted(1), interrupted(4), readingRecord(A, 4), interrupted(4)]), 1);
  assert.deepEqual(facts(await store.readings({ session: A })), [
    '1 passed 1000000',
    '2 passed 2000000',
    '3 interrupted NaN',
    '4 passed 4000000',
  ]);
  assert.equal((await store.readings({ session: A }))[1]?.identity.name, 'renamed');
  assert.deepEqual(await summary(store), [4, 0, 0, 1]);
});

check('a batch is stored as a whole or not at all', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  function* torn(): Generator<ReadingRecord> {
    for (let sequence = 1; sequence <= 50; sequence++) yield readingRecord(A, sequence, { component: 'new', tags: { new: sequence } });
    throw new Error('the journal ends here');
  }
  await assert.rejects(store.putReadings(torn()), { message: 'the journal ends here' });
  await assert.rejects(store.putReadings([readingRecord(A, 1), readingRecord(B, 1)]), { code: 'SPANMETER_NOT_FOUND' });
  assert.deepEqual(await store.readings({ session: A }), []);
  // What was remembered from the batch must not be taken for stored.
  const records = Array.from({ length: 50 }, (_, index) => readingRecord(A, index + 1, { component: 'new', tags: { new: index + 1 } }));
  assert.equal(await store.putReadings(records), 50);
  assert.deepEqual((await store.readings({ session: A })).map(withoutContext), records);
});

check('any order and any cut of the batches gives the same rows', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  const records = Array.from({ length: 300 }, (_, index) =>
    readingRecord(A, 1 + (index % 100), {
      writer: `w${Math.floor(index / 100)}`,
      startedAt: START + index,
      identity: { name: `item ${(index * 7) % 60}` },
      values: values(index % 3 === 0 ? { cpu_time: index } : { wall_time: index, peak_rss: index }),
    }),
  );
  const shuffled = records.map((_, index) => records[(index * 101) % 300]!);
  for (let at = 0; at < 300; at += 37) await store.putReadings(shuffled.slice(at, at + 50));
  assert.deepEqual((await store.readings({ session: A })).map(withoutContext), records);
});

check('readings come in the order in which they began', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  const starts = [5, 3, 9, 1, 7];
  await store.putReadings(starts.map((start, index) => readingRecord(A, index + 1, { startedAt: START + start })));
  assert.deepEqual(
    (await store.readings({ session: A })).map(({ startedAt }) => startedAt - START),
    [1, 3, 5, 7, 9],
  );
  assert.deepEqual(
    (await store.readings({ session: A, limit: 2 })).map(({ startedAt }) => startedAt - START),
    [1, 3],
  );
  assert.deepEqual(
    (await store.readings({ session: A, limit: 2, offset: 3 })).map(({ startedAt }) => startedAt - START),
    [7, 9],
  );
  assert.deepEqual(await store.readings({ session: A, limit: 0 }), []);
});

check('readings are ordered by a metric, those without it left out', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  const memory = [30, undefined, 10, 30, 20];
  await store.putReadings(
    memory.map((peak, index) =>
      readingRecord(A, index + 1, { values: values({ wall_time: 1, ...(peak === undefined ? {} : { peak_rss: peak }) }) }),
    ),
  );
  const sequences = async (query: object): Promise<number[]> =>
    (await store.readings({ session: A, orderBy: 'peak_rss', ...query })).map(({ sequence }) => sequence);
  assert.deepEqual(await sequences({}), [1, 4, 5, 3]);
  assert.deepEqual(await sequences({ limit: 2 }), [1, 4]);
  assert.deepEqual(await sequences({ limit: 2, offset: 1 }), [4, 5]);
});

check('readings are chosen by kind, status and text', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  await store.putReadings([
    readingRecord(A, 1, { identity: { name: 'Adds 100% of it', describe: ['Sum', 'of two'] } }),
    readingRecord(A, 2, { identity: { name: 'subtracts', file: 'src/Minus_sum.test.ts' }, status: 'failed' }),
    readingRecord(A, 3, { identity: { name: 'a [file]', kind: 'file' } }),
    readingRecord(A, 4, { identity: { name: 'interrupted \u0000 one' }, status: 'interrupted' }),
  ]);
  const found = async (query: object): Promise<number[]> =>
    (await store.readings({ session: A, ...query })).map(({ sequence }) => sequence);
  assert.deepEqual(await found({ kinds: ['test'] }), [1, 2, 4]);
  assert.deepEqual(await found({ kinds: ['file', 'suite'] }), [3]);
  assert.deepEqual(await found({ kinds: [] }), []);
  assert.deepEqual(await found({ statuses: ['failed', 'interrupted'] }), [2, 4]);
  assert.deepEqual(await found({ statuses: ['passed'], kinds: ['test'] }), [1]);
  assert.deepEqual(await found({ search: 'SUM' }), [1, 2]);
  assert.deepEqual(await found({ search: '0%' }), [1]);
  assert.deepEqual(await found({ search: 's_s' }), [2]);
  assert.deepEqual(await found({ search: '100_' }), []);
  assert.deepEqual(await found({ search: '%' }), [1]);
  assert.deepEqual(await found({ search: '[file]' }), [3]);
  assert.deepEqual(await found({ search: '\u0000 one' }), [4]);
  // Not across two titles, nor the marks that keep them apart.
  assert.deepEqual(await found({ search: '","' }), []);
  assert.deepEqual(await found({ search: 'nowhere' }), []);
});

check('sessions come newest first, by prefix, revision and tag', async ({ store }) => {
  const put = (id: string, start: number, changes: Partial<SessionRecord>): Promise<void> =>
    store.putSession(sessionRecord(id, { startedAt: START + start, ...changes }));
  await put('aa11', 3, { tags: { nightly: true, n: 1 }, scm: { revision: 'abc123' } });
  await put('aa22', 1, { tags: { nightly: 'true', o: { b: [1, 2] } }, scm: { revision: 'ABC999' } });
  await put('a_33', 2, {
    tags: { 'with.dot "quoted"': null },
    scm: { revision: 'abd%' },
    exitCode: 3,
    description: 'third',
    finishedAt: START + 9,
  });
  const ids = async (query?: object): Promise<string[]> => (await store.sessions(query)).map(({ id }) => id);
  assert.deepEqual(await ids(), ['aa11', 'a_33', 'aa22']);
  assert.deepEqual(await ids({ limit: 1 }), ['aa11']);
  assert.deepEqual(await ids({ limit: 1, offset: 1 }), ['a_33']);
  assert.deepEqual(await ids({ offset: 2 }), ['aa22']);
  assert.deepEqual(await ids({ idPrefix: 'aa' }), ['aa11', 'aa22']);
  assert.deepEqual(await ids({ idPrefix: 'a_' }), ['a_33']);
  assert.deepEqual(await ids({ idPrefix: 'AA' }), []);
  assert.deepEqual(await ids({ revision: 'abc' }), ['aa11']);
  await put('👩 id', 0, { scm: { revision: '👩 \u0000 revision' } });
  assert.deepEqual(await ids({ idPrefix: '👩 ' }), ['👩 id']);
  assert.deepEqual(await ids({ revision: '👩 \u0000' }), ['👩 id']);
  assert.deepEqual(await ids({ revision: 'abd%' }), ['a_33']);
  assert.deepEqual(await ids({ revision: 'ab%' }), []);
  assert.deepEqual(await ids({ tag: { name: 'nightly' } }), ['aa11', 'aa22']);
  assert.deepEqual(await ids({ tag: { name: 'nightly' }, limit: 1, offset: 1 }), ['aa22']);
  assert.deepEqual(await ids({ tag: { name: 'nightly', value: true } }), ['aa11']);
  assert.deepEqual(await ids({ tag: { name: 'nightly', value: 'true' } }), ['aa22']);
  assert.deepEqual(await ids({ tag: { name: 'o', value: { b: [1, 2] } } }), ['aa22']);
  assert.deepEqual(await ids({ tag: { name: 'with.dot "quoted"', value: null } }), ['a_33']);
  assert.deepEqual(await ids({ tag: { name: 'toString' } }), []);
  const [third] = await store.sessions({ idPrefix: 'a_33' });
  assert.deepEqual(third, {
    id: 'a_33',
    startedAt: START + 2,
    finishedAt: START + 9,
    exitCode: 3,
    description: 'third',
    command: 'vitest 4.1.12',
    tags: { 'with.dot "quoted"': null },
    scm: { revision: 'abd%' },
    tests: 0,
    failed: 0,
    skipped: 0,
    interrupted: 0,
  });
});

check('the last attempt of an item is counted, in whatever order attempts come', async ({ store }) => {
  const attempts = [
    // Failed, failed, passed at last.
    readingRecord(A, 1, { identity: { name: 'flaky' }, status: 'failed' }),
    readingRecord(A, 2, { identity: { name: 'flaky' }, status: 'failed', retry: 1 }),
    readingRecord(A, 3, { identity: { name: 'flaky' }, retry: 2 }),
    // Three repeats, of which the last failed.
    readingRecord(A, 4, { identity: { name: 'repeated' } }),
    readingRecord(A, 5, { identity: { name: 'repeated' }, repeat: 1, retry: 1 }),
    readingRecord(A, 6, { identity: { name: 'repeated' }, repeat: 2, status: 'failed' }),
    // A loop: each turn is a thing of its own.
    ...[7, 8, 9].map((sequence) => readingRecord(A, sequence, { identity: { kind: 'span', name: 'loop' } })),
    readingRecord(A, 10, { status: 'skipped', values: values({}) }),
    readingRecord(A, 11, { status: 'interrupted', values: values({}), overlaps: 2 }),
    // In a thread pool: shared, though nothing ran beside it.
    readingRecord(A, 12, { identity: { kind: 'file' }, shared: true }),
  ];
  for (const [id, order] of [
    [A, attempts],
    [B, attempts.toReversed()],
  ] as const) {
    await store.putSession(sessionRecord(id));
    for (const record of order) await store.putReadings([{ ...record, session: id }]);
    assert.deepEqual(await summary(store, id), [4, 1, 1, 1]);
    await store.putReadings(attempts.map((record) => ({ ...record, session: id })));
    await store.putSession(sessionRecord(id, { finishedAt: START + 1 }));
    assert.deepEqual(await summary(store, id), [4, 1, 1, 1]);
    const totals = await store.totals(id);
    assert.deepEqual(
      totals
        .map(({ kind, count, passed, failed, skipped, interrupted, retried, overlapped, shared }) => [
          kind,
          [count, passed, failed, skipped, interrupted, retried, overlapped, shared],
        ])
        .sort(),
      [
        ['file', [1, 1, 0, 0, 0, 0, 0, 1]],
        ['span', [3, 3, 0, 0, 0, 0, 0, 0]],
        ['test', [4, 1, 1, 1, 1, 1, 1, 1]],
      ],
    );
  }
});

check('what a query finds is counted, whatever its limit', async ({ store }) => {
  for (const id of [A, B]) await store.putSession(sessionRecord(id, { tags: id === A ? { ci: true } : {}, scm: { revision: `r${id}` } }));
  await store.putReadings([1, 2, 3].map((sequence) => readingRecord(A, sequence, { status: sequence === 1 ? 'failed' : 'passed' })));
  assert.equal(await store.countSessions(), 2);
  assert.equal(await store.countSessions({ limit: 1, offset: 1 }), 2);
  assert.equal(await store.countSessions({ tag: { name: 'ci' } }), 1);
  assert.equal(await store.countSessions({ tag: { name: 'ci', value: 'no' } }), 0);
  assert.equal(await store.countSessions({ revision: `r${B}` }), 1);
  assert.equal(await store.countReadings({ session: A, limit: 1 }), 3);
  assert.equal(await store.countReadings({ session: A, statuses: ['passed'], search: 'test 3', orderBy: 'wall_time' }), 1);
  assert.equal(await store.countReadings({ session: A, orderBy: 'gc_time' }), 0);
  assert.equal(await store.countReadings({ session: 'none' }), 0);
});

check('a session names its projects, and finds items by them', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  await store.putSession(sessionRecord(B));
  const projects = ['two', '', 'one', 'two', 'back\\slash'];
  await store.putReadings(projects.map((project, index) => readingRecord(A, index + 1, { identity: { project } })));
  assert.deepEqual(await store.projects(A), ['back\\slash', 'one', 'two']);
  assert.deepEqual(await store.projects(B), []);
  assert.deepEqual(await store.projects('none'), []);
  assert.equal((await store.readings({ session: A, search: 'TWO' })).length, 2);
  assert.equal((await store.readings({ session: A, search: 'back\\s' })).length, 1);
});

check('totals sum all attempts and keep the largest peak', async ({ store }) => {
  await store.putSession(sessionRecord(A));
  await store.putReadings([
    readingRecord(A, 1, { values: values({ wall_time: 10, cpu_time: 4, peak_rss: 100, peak_growth: 7 }) }),
    readingRecord(A, 2, { values: values({ wall_time: 20, peak_rss: 300 }) }),
    readingRecord(A, 3, { identity: { name: 'test 1' }, retry: 1, values: values({ wall_time: 30, cpu_time: 1, peak_rss: 200 }) }),
    readingRecord(A, 4, { identity: { kind: 'file' }, values: values({}) }),
    readingRecord(A, 5, { identity: { kind: 'suite' }, values: values({ wall_time: 9e15, cpu_time: 0 }) }),
    readingRecord(A, 6, { identity: { kind: 'suite' }, values: values({ wall_time: 9e15 }) }),
  ]);
  const sums = Object.fromEntries(
    (await store.totals(A)).map(({ kind, wallTime, cpuTime, peakRss, peakGrowth }: KindTotals) => [
      kind,
      [wallTime, cpuTime, peakRss, peakGrowth],
    ]),
  );
  assert.deepEqual(sums, { test: [60, 5, 300, 7], file: [NaN, NaN, NaN, NaN], suite: [1.8e16, 0, NaN, NaN] });
});

check('a second connection sees what was put, and both may write', async ({ store, again }) => {
  await store.putSession(sessionRecord(A));
  await store.putReadings([readingRecord(A, 1, { component: 'c' })]);
  const other = await again();
  try {
    assert.equal(
      await other.putReadings([readingRecord(A, 1), readingRecord(A, 2, { component: 'd', identity: { name: 'by the other' } })]),
      1,
    );
    assert.equal(
      await store.putReadings([readingRecord(A, 2), readingRecord(A, 3, { component: 'd', identity: { name: 'by the other' } })]),
      1,
    );
    const expected = ['1 passed 1000000', '2 passed 2000000', '3 passed 3000000'];
    assert.deepEqual(facts(await store.readings({ session: A })), expected);
    assert.deepEqual(facts(await other.readings({ session: A })), expected);
    assert.deepEqual(
      (await other.readings({ session: A })).map(({ component }) => component),
      ['c', 'd', 'd'],
    );
    assert.deepEqual(await summary(other), [2 + 1, 0, 0, 0]);
  } finally {
    await other.close();
  }
});

function facts(rows: readonly StoredReading[]): string[] {
  return rows.map(({ sequence, status, values: numbers }) => `${sequence} ${status} ${numbers[0]}`);
}

function withoutContext({ context: _context, foreign: _foreign, ...record }: StoredReading): unknown {
  return record;
}

/** Tests, failed, skipped, interrupted. */
async function summary(store: Store, id = A): Promise<number[]> {
  const [found] = await store.sessions({ idPrefix: id });
  return [found!.tests, found!.failed, found!.skipped, found!.interrupted];
}
