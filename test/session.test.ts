/** Sessions: who owns and who joins, what is delivered when, and what killed or hindered runs leave behind. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { METRIC_INDEX } from '../dist/model/metrics.js';
import { recoverInto } from '../dist/session/recover.js';
import { openStore } from '../dist/store/index.js';
import type { SessionSummary, StoredReading } from '../dist/store/contract.js';
import { BIN, PACKAGE, run, runScript, script, start } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const KEPT = /kept in .*spanmeter recover/;

let root: string;
let spare: string;

beforeEach(() => {
  root = temporaryFolder();
  spare = temporaryFolder();
  writeFileSync(join(root, 'package.json'), '{"name":"project"}');
});

function how(env: NodeJS.ProcessEnv = {}): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: root, env: { TMPDIR: spare, ...env } };
}

interface History {
  readonly sessions: readonly SessionSummary[];
  /** Of all sessions, oldest session first. */
  readonly readings: readonly StoredReading[];
}

async function history(): Promise<History> {
  const store = await openStore(join(root, '.spanmeter/history.db'), { readonly: true });
  try {
    const sessions = (await store.sessions()).reverse();
    const readings: StoredReading[] = [];
    for (const { id } of sessions) readings.push(...(await store.readings({ session: id })));
    return { sessions, readings };
  } finally {
    await store.close();
  }
}

async function names(): Promise<string[]> {
  return (await history()).readings.map(({ identity }) => identity.name).sort();
}

/** Ends with its result on standard output. */
const CLOSE = `const result = await session.close({ exitCode: 0 }); console.log(JSON.stringify(result));`;

interface Said {
  readonly delivered: number;
  readonly torn: number;
  readonly warnings: string[];
  readonly location?: string;
}

function resultOf(stdout: string): Said {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Said;
}

describe('a session', () => {
  it('is told by its script as one would type it', async () => {
    mkdirSync(join(root, 'bench'));
    const source = `require(${JSON.stringify(PACKAGE)}).openSession().then((session) => session.close());`;
    writeFileSync(join(root, 'bench/words.cjs'), source);
    await run(process.execPath, ['bench/words.cjs', '--fast'], how());
    expect((await history()).sessions.map(({ command }) => command)).toEqual(['bench/words.cjs --fast']);
  });

  it('records the spans of its process, its worker threads and its children', async () => {
    const source = `
      const session = await openSession({ description: 'three places', tags: { branch: 'main' } });
      span('here').stop();
      const { Worker } = require('node:worker_threads');
      const code = "const { span } = require(${JSON.stringify(PACKAGE).replaceAll('"', "'")}); span('thread').stop()";
      await new Promise((done) => new Worker(code, { eval: true }).on('exit', done));
      require('node:child_process').execFileSync(process.execPath, ['-e', code.replace("thread", "child")]);
      ${CLOSE}`;
    const { stdout, stderr } = await runScript(source, how());
    expect(stderr).toBe('');
    expect(resultOf(stdout)).toMatchObject({ delivered: 3, warnings: [] });
    const { sessions, readings } = await history();
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ description: 'three places', exitCode: 0, tags: { branch: 'main' } });
    const byName = new Map(readings.map((reading) => [reading.identity.name, reading]));
    expect([...byName.keys()].sort()).toEqual(['child', 'here', 'thread']);
    // The main thread goes on beside the worker: its process-wide numbers are not its own.
    expect([byName.get('here')?.shared, byName.get('thread')?.shared]).toEqual([false, true]);
    expect(new Set(readings.map(({ writer }) => writer)).size).toBe(3);
  });

  it('leaves nothing behind but the history, which git does not see', async () => {
    await runScript(`const session = await openSession(); span('a').stop(); ${CLOSE}`, how());
    expect(readdirSync(join(root, '.spanmeter')).sort()).toEqual(['.gitignore', 'history.db']);
    expect(readFileSync(join(root, '.spanmeter/.gitignore'), 'utf8')).toBe('*\n');
    expect(readdirSync(spare)).toEqual([]);
  });

  it('is joined, not opened again, by who finds it open', async () => {
    const inner = script(
      `const session = await openSession(); span('inner').stop(); const r = await session.close(); console.log(session.owned, r.delivered);`,
    );
    const source = `
      const session = await openSession(); span('outer').stop();
      const said = require('node:child_process').execFileSync(process.execPath, ${JSON.stringify(inner)}, { encoding: 'utf8' });
      if (said !== 'false 0\\n') throw new Error(said);
      const second = await openSession(); await second.close(); span('still recorded').stop();
      ${CLOSE}`;
    const { stdout, code } = await runScript(source, how());
    expect(code).toBe(0);
    expect(resultOf(stdout).delivered).toBe(3);
    expect((await history()).sessions).toHaveLength(1);
  });

  it('gives the same result when it is closed again, and records nothing after', async () => {
    const source = `
      const session = await openSession(); span('during').stop();
      const [a, b] = await Promise.all([session.close(), session.close()]);
      span('after').stop();
      console.log(a === b, process.env.SPANMETER_SESSION);`;
    expect((await runScript(source, how())).stdout).toBe('true undefined\n');
    expect(await names()).toEqual(['during']);
  });

  it('is not confused by a span that outlives it', async () => {
    const source = `
      let session = await openSession(); const old = span('old'); await session.close();
      session = await openSession(); const young = span('young');
      if (!(old.stop().wallTime > 0)) throw old;
      const end = performance.now() + 30; while (performance.now() < end);
      young.stop(); ${CLOSE}`;
    const { stdout } = await runScript(source, how());
    expect(resultOf(stdout)).toMatchObject({ delivered: 1, torn: 0, warnings: [] });
    const { readings } = await history();
    expect(readings.map(({ identity, status }) => [identity.name, status])).toEqual([
      ['old', 'interrupted'],
      ['young', 'passed'],
    ]);
    expect(readings[1]?.values[METRIC_INDEX.wall_time]).toBeGreaterThan(30e6);
  });

  it('that a script forgot to close is closed when the script ends', async () => {
    const { stdout, stderr, code } = await runScript(
      `await openSession(); span('kept').stop(); setTimeout(() => console.log('end'), 50)`,
      how(),
    );
    expect([code, stdout, stderr]).toEqual([0, 'end\n', '']);
    expect(await names()).toEqual(['kept']);
  });

  it('that process.exit cut off is said to wait, and the next one delivers it', async () => {
    const { stderr, code } = await runScript(`await openSession(); span('kept').stop(); process.exit(4)`, how());
    expect([code, stderr]).toEqual([4, expect.stringMatching(/^spanmeter: the session was not closed .*spanmeter recover'\n$/)]);
    const sessions = await run(process.execPath, [BIN, 'sessions'], how());
    expect([sessions.code, sessions.stderr]).toEqual([2, expect.stringMatching(/no history at .*spanmeter recover/s)]);
    await runScript(`const session = await openSession(); ${CLOSE}`, how());
    expect(await names()).toEqual(['kept']);
  });

  it('can be opened again after it was closed', async () => {
    const source = `for (const name of ['first', 'second']) { const session = await openSession({ description: name }); span(name).stop(); await session.close(); }`;
    await runScript(source, how());
    const { sessions, readings } = await history();
    expect(sessions.map(({ description }) => description)).toEqual(['first', 'second']);
    expect(readings.map(({ session, identity }) => [session, identity.name])).toEqual(
      sessions.map(({ id, description }) => [id, description]),
    );
  });

  it('keeps no history where none is wanted, yet has a summary', async () => {
    const { stdout } = await runScript(`const session = await openSession({ db: false }); span('a').stop(); ${CLOSE}`, how());
    const result = resultOf(stdout) as Said & { summary: { totals: { count: number }[] } };
    expect(result).not.toHaveProperty('location');
    expect(result.summary.totals[0]?.count).toBe(1);
    expect(readdirSync(root).sort()).toEqual(['.spanmeter', 'package.json']);
    expect(readdirSync(join(root, '.spanmeter'))).toEqual(['.gitignore']);
  });

  it('is nothing at all with SPANMETER=0', async () => {
    const { stdout } = await runScript(`const session = await openSession(); span('a').stop(); ${CLOSE}`, how({ SPANMETER: '0' }));
    expect(resultOf(stdout)).toMatchObject({ delivered: 0, warnings: [] });
    expect(existsSync(join(root, '.spanmeter'))).toBe(false);
  });

  const strange = (options: object, given: object = {}): string =>
    JSON.stringify({ id: 'x', folder: '/nowhere', spare: '/nowhere', root: '/nowhere', options: { scopes: ['span'], ...options }, given });

  it.each([
    'nonsense',
    '{}',
    '{"id":1}',
    '[]',
    'null',
    strange({ include: '(' }),
    strange({ exclude: '[' }),
    strange({}, { include: '(' }),
  ])('ignores a variable that is no hand-over: %s', async (value) => {
    const { stdout } = await runScript(
      `const session = await openSession(); span('a').stop(); ${CLOSE}`,
      how({ SPANMETER_SESSION: value }),
    );
    expect(resultOf(stdout).delivered).toBe(1);
  });

  it('says which probes spans use that name none, and whether spans are recorded at all', async () => {
    const source = `
      const session = await openSession({ probes: 'full', scopes: JSON.parse(process.argv[1]) });
      const count = (options) => Object.keys(span('counted', options).stop()).length;
      console.log(count() > count({ probes: 'core' }) + 4);
      ${CLOSE}`;
    for (const scopes of [['span'], ['test']]) {
      const { stdout } = await run(process.execPath, [...script(source), JSON.stringify(scopes)], how());
      expect(stdout).toMatch(/^true\n/);
      expect(resultOf(stdout).delivered).toBe(scopes.includes('span') ? 2 : 0);
    }
  });

  it.runIf(process.platform === 'linux').each([
    ['SPANMETER_PEAK', 'leave', true],
    ['SPANMETER', 'off', true],
    ['SPANMETER', '0', true],
    ['SPANMETER', '1', false],
  ])("%s=%s: the process's own peak stays as it was: %s", async (name, value, isLeft) => {
    const source = `
      Buffer.alloc(120 << 20, 1);
      gc();
      const before = process.resourceUsage().maxRSS;
      for (let index = 0; index < 3; index += 1) span('short').stop();
      console.log(process.resourceUsage().maxRSS >= before);`;
    const { stdout } = await run(process.execPath, ['--expose-gc', ...script(source)], { cwd: root, env: { [name]: value } });
    expect(stdout).toBe(`${isLeft}\n`);
  });

  it('refuses a wrong option by name', async () => {
    const { stderr, code } = await runScript(`await openSession({ scope: ['test'] })`, how());
    expect(stderr).toMatch(/SPANMETER_USAGE/);
    expect(stderr).toMatch(/scope.*scopes/);
    expect(code).toBe(1);
  });
});

describe('several runs', () => {
  it('two at once share a history, and a reader meets neither half', async () => {
    const source = (name: string): string => `
      const session = await openSession({ description: '${name}' });
      console.log('open'); await new Promise((go) => setTimeout(go, 300));
      for (let i = 0; i < 2000; i += 1) span('${name} ' + i).stop();
      ${CLOSE}`;
    const runs = ['a', 'b', 'c'].map((name) => start(process.execPath, script(source(name)), how()));
    await Promise.all(runs.map((each) => each.said('open')));
    const results = await Promise.all(runs.map(async (each) => resultOf((await each.ended).stdout)));
    expect(results.map(({ delivered, warnings }) => [delivered, warnings])).toEqual([1, 2, 3].map(() => [2000, []]));
    expect((await history()).readings).toHaveLength(6000);
  });

  it('many short ones that end together remove what is theirs, and none fails', async () => {
    const source = `for (let round = 0; round < 5; round += 1) { const session = await openSession(); span('a').stop(); const { warnings } = await session.close(); if (warnings.length) console.log(warnings); }`;
    const ended = await Promise.all(Array.from({ length: 8 }, () => runScript(source, how())));
    expect(ended.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(ended.map(() => [0, '', '']));
    expect((await history()).readings).toHaveLength(40);
  });

  it("a second run does not touch the first one's journals", async () => {
    const first = start(
      process.execPath,
      script(`const session = await openSession(); span('first').stop(); console.log('open'); setTimeout(async () => { ${CLOSE} }, 1500)`),
      how(),
    );
    await first.said('open');
    const second = await runScript(`const session = await openSession(); span('second').stop(); ${CLOSE}`, how());
    expect(resultOf(second.stdout)).toMatchObject({ delivered: 1, warnings: [] });
    expect(await names()).toEqual(['second']);
    expect(resultOf((await first.ended).stdout)).toMatchObject({ delivered: 1, warnings: [] });
    expect(await names()).toEqual(['first', 'second']);
  });
});

describe('a killed owner', () => {
  it('loses nothing: the next run delivers its journals, with its facts, and says so', async () => {
    const killed = start(
      process.execPath,
      script(
        `const session = await openSession({ description: 'killed' }); span('finished').stop(); span('open'); console.log('ready'); setTimeout(() => {}, 60000)`,
      ),
      how(),
    );
    await killed.said('ready');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const next = await runScript(`const session = await openSession({ description: 'next' }); span('next').stop(); ${CLOSE}`, how());
    expect(resultOf(next.stdout).warnings.join()).toMatch(/earlier run ended before its records were delivered .*; recovered now: 2/);
    const { sessions, readings } = await history();
    const [dead] = sessions;
    expect(dead).toMatchObject({ description: 'killed' });
    expect(dead).not.toHaveProperty('finishedAt');
    expect(readings.filter(({ session }) => session === dead?.id).map(({ identity, status }) => [identity.name, status])).toEqual([
      ['finished', 'passed'],
      ['open', 'interrupted'],
    ]);
    expect(existsSync(join(root, '.spanmeter/journal'))).toBe(false);
  });

  it('also when its facts are gone; a child that outlives it is waited for', async () => {
    const child = `const { span } = require(${JSON.stringify(PACKAGE)}); span('child').stop(); setTimeout(() => {}, 2500)`;
    const source = `
      const session = await openSession(); span('finished').stop();
      require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'ignore' });
      setTimeout(() => console.log('ready'), 500); setTimeout(() => {}, 60000)`;
    const killed = start(process.execPath, script(source), how());
    await killed.said('ready');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const home = join(root, '.spanmeter/journal');
    for (const session of readdirSync(home)) rmSync(join(home, session, 'session.json'));
    const anotherRun = () => runScript(`const session = await openSession(); ${CLOSE}`, how());
    await anotherRun();
    expect(await names()).toEqual([]);
    while ((await names()).length === 0) await anotherRun();
    expect(await names()).toEqual(['child', 'finished']);
  });

  it('whose records were meant for another history: only that one gets them, or who asks for them', async () => {
    writeFileSync(join(root, 'not.db'), 'this is a text file, not a database'.repeat(100));
    await runScript(`const session = await openSession({ db: 'not.db' }); span('meant for another').stop(); ${CLOSE}`, how());
    await runScript(`const session = await openSession(); span('here').stop(); ${CLOSE}`, how());
    expect(await names()).toEqual(['here']);
    expect((await run(process.execPath, [BIN, 'recover'], how())).code).toBe(0);
    expect(await names()).toEqual(['here', 'meant for another']);
  });

  it('has written down no password, and its history is known without it', async () => {
    const db = 'postgres://user:secret@127.0.0.1:1/shop?password=secret';
    const killed = start(
      process.execPath,
      script(`await openSession(); span('kept').stop(); console.log('ready'); setTimeout(() => {}, 60000)`),
      how({ SPANMETER_DB: db }),
    );
    await killed.said('ready');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const home = join(root, '.spanmeter/journal');
    const [id = ''] = readdirSync(home);
    expect(readdirSync(join(home, id))).toContain('session.json');
    expect(readFileSync(join(home, id, 'session.json'), 'utf8')).not.toContain('secret');
    const store = await openStore(join(root, 'shop.db'));
    const recovered = async (from: string): Promise<number> => (await recoverInto(store, root, from)).length;
    expect(await recovered(db.replace('shop', 'other'))).toBe(0);
    expect(await recovered(db.replace('secret', 'renewed'))).toBe(1);
    await store.close();
  });

  it('that kept no history leaves nothing behind for long', async () => {
    const source = `await openSession({ db: false }); span('unwanted').stop(); console.log('ready'); setTimeout(() => {}, 60000)`;
    const killed = start(process.execPath, script(source), how());
    await killed.said('ready');
    killed.child.kill('SIGKILL');
    await killed.ended;
    await runScript(`const session = await openSession(); span('here').stop(); ${CLOSE}`, how());
    expect(await names()).toEqual(['here']);
    expect(existsSync(join(root, '.spanmeter/journal'))).toBe(false);
  });
});

describe('a hindered run ends well, with one warning', () => {
  it('a folder that cannot be written', async () => {
    mkdirSync(join(root, 'sealed'));
    writeFileSync(join(root, 'sealed/package.json'), '{}');
    // A file where the folder should be hinders root as well, whom permissions do not.
    writeFileSync(join(root, 'sealed/.spanmeter'), 'a file');
    chmodSync(join(root, 'sealed'), 0o555);
    const { stdout, stderr, code } = await runScript(`const session = await openSession(); span('a').stop(); ${CLOSE}`, {
      ...how(),
      cwd: join(root, 'sealed'),
    });
    chmodSync(join(root, 'sealed'), 0o755);
    const result = resultOf(stdout);
    expect([code, stderr]).toEqual([0, '']);
    expect(result.warnings).toHaveLength(1);
    expect(result.warnings[0]).toMatch(KEPT);
  });

  it('a history that is no database: the file is left alone, and the records are delivered once it is gone', async () => {
    mkdirSync(join(root, '.spanmeter'));
    const path = join(root, '.spanmeter/history.db');
    writeFileSync(path, 'this is a text file, not a database'.repeat(100));
    const { stdout, code } = await runScript(`const session = await openSession(); span('kept').stop(); ${CLOSE}`, how());
    expect(code).toBe(0);
    expect(resultOf(stdout).warnings).toEqual([expect.stringMatching(KEPT)]);
    expect(readFileSync(path, 'utf8')).toMatch(/^this is a text file/);
    rmSync(path);
    await runScript(`const session = await openSession(); span('later').stop(); ${CLOSE}`, how());
    expect(await names()).toEqual(['kept', 'later']);
  });

  it('a .spanmeter that is deleted while it runs', async () => {
    const source = `
      const session = await openSession(); span('before').stop();
      require('node:fs').rmSync('.spanmeter', { recursive: true });
      span('after').stop(); ${CLOSE}`;
    const { stdout, stderr } = await runScript(source, how());
    expect([resultOf(stdout).delivered, resultOf(stdout).warnings, stderr]).toEqual([2, [], '']);
    expect(await names()).toEqual(['after', 'before']);
  });

  it('neither folder can be made: spans work, nothing is recorded', async () => {
    writeFileSync(join(root, '.spanmeter'), 'a file');
    const source = `const session = await openSession(); const r = span('a').stop(); if (!(r.wallTime > 0)) throw r; ${CLOSE}`;
    const { stdout, code } = await runScript(source, how({ TMPDIR: join(root, 'package.json') }));
    expect(code).toBe(0);
    expect(resultOf(stdout).warnings).toEqual([expect.stringMatching(/Nothing is recorded.*TMPDIR/)]);
  });
});
