/** The command line: what it prints, how it ends, and that its help tells the truth. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'fast-string-width';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../dist/cli/commands.js';
import { OPTIONS } from '../dist/session/options/index.js';
import { METRIC_NAMES } from '../dist/model/metrics.js';
import { recoveredJson } from '../dist/report/recover.js';
import { MIB, MS, readingRecord, sessionRecord, writeHistory } from './helpers/history.js';
import { BIN, PACKAGE, cleanEnvironment, run, start, type Ended } from './helpers/script.js';
import { serve } from './helpers/server-process.js';
import { temporaryFolder } from './helpers/temporary.js';

const { execPath: NODE } = process;
const HOSTILE = 'evil \u001b[2J\u0007 title\nover two lines \u202e';
const names = COMMANDS.map(({ name }) => name);

/** A project with three sessions, newest last: `aaaa`, `aabb`, `cccc`. */
let project: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'spanmeter-cli-'));
  writeFileSync(join(project, 'package.json'), '{"name":"project"}');
  const later = (id: string, minutes: number, more: Parameters<typeof sessionRecord>[1]): ReturnType<typeof sessionRecord> => {
    const session = sessionRecord(id, more);
    return { ...session, startedAt: session.startedAt + minutes * 60e6 };
  };
  const sessions = [
    later('aaaa', 0, { tags: { ci: true, pr: '12' }, scm: { revision: 'f00dfeed', branch: 'main' } }),
    later('aabb', 1, { tags: { ci: true, size: 3 }, scm: { revision: 'f00dcafe' }, command: HOSTILE, description: HOSTILE }),
    later('cccc', 2, {
      exitCode: 1,
      scm: { revision: 'f00dcafe', branch: 'main', dirty: true },
      packages: [{ name: 'vitest', version: '4.1.12' }],
      lockfileHash: '1234abcd5678',
    }),
  ];
  const items = Array.from({ length: 40 }, (_, index) =>
    readingRecord(
      'cccc',
      index + 1,
      { name: index === 7 ? HOSTILE : `adds ${index}`, file: 'test/some/deep/folder/numbers.test.ts', describe: ['numbers'] },
      { wall_time: (index + 1) * MS, cpu_time: (40 - index) * MS, peak_growth: index * MIB, minor_faults: index },
      index === 3 ? { status: 'failed' } : index === 39 ? { status: 'interrupted' } : {},
    ),
  );
  const file = readingRecord(
    'cccc',
    41,
    { kind: 'file', name: 'test/some/deep/folder/numbers.test.ts', file: 'test/some/deep/folder/numbers.test.ts' },
    { wall_time: 900 * MS },
  );
  await writeHistory(join(project, '.spanmeter/history.db'), sessions, [...items, file]);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function spanmeter(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = project): Promise<Ended> {
  return run(NODE, [BIN, ...args], { cwd, env });
}

/** It serves until it is ended; on a port that is free. */
async function served(line: string, cwd: string): Promise<Ended> {
  const { said, child, ended } = start('sh', ['-c', `exec '${NODE}' '${BIN}' ${line.replace('spanmeter ', '')} --port 0`], { cwd });
  await said('127.0.0.1:');
  child.kill('SIGTERM');
  return ended;
}

interface Said {
  readonly session: { readonly id: string };
  readonly sessions?: readonly object[];
  readonly by: string;
  readonly items: readonly { readonly kind: string; readonly name: string; readonly metrics: Readonly<Record<string, number>> }[];
  readonly totals: readonly { readonly kind: string }[];
  readonly metrics: readonly { readonly name: string }[];
  readonly self_check: {
    readonly filled: number;
    readonly reading: { readonly peak_growth: number; readonly started_at: string };
    readonly core_pair: number;
    readonly full_pair: number;
  };
}

async function json(args: readonly string[]): Promise<Said> {
  const { stdout } = await spanmeter([...args, '--json']);
  return JSON.parse(stdout) as Said;
}

describe('help', () => {
  it('lists every command, and is what comes without one', async () => {
    const help = await spanmeter(['--help']);
    expect(help.code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^  ${name}\\b.*${summary}$`, 'm'));
    const nothing = await spanmeter([]);
    expect(nothing).toMatchObject({ code: 2, stdout: '', stderr: help.stdout });
    for (const way of [['-h'], ['help']]) expect(await spanmeter(way)).toEqual(help);
  });

  it('of a command comes in every way that people try', async () => {
    const help = await spanmeter(['top', '--help']);
    expect(help.code).toBe(0);
    for (const way of [
      ['top', '-h'],
      ['help', 'top'],
    ])
      expect(await spanmeter(way)).toEqual(help);
    expect(await spanmeter(['help', 'tpo'])).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'tpo'") as string });
  });

  it.each(names)('of %s names its flags and examples, within the terminal', async (name) => {
    const { stdout, code } = await spanmeter([name, '--help'], { COLUMNS: '80' });
    expect(code).toBe(0);
    const { examples, runs } = COMMANDS.find((command) => command.name === name)!;
    for (const { line } of examples) expect(stdout).toContain(`\n  ${line} `);
    for (const flag of ['--db', '--json', '--quiet', '--root']) expect(stdout).toContain(`  ${flag} `);
    // A line of the description ends where the next word has no room.
    const [, description = ''] = stdout.split('\n\n');
    const lines = description.split('\n');
    lines.slice(1).forEach((line, index) => expect(`${lines[index]!} ${line.split(' ')[0]!}`.length).toBeGreaterThan(80));
    for (const line of stdout.split('\nExamples:')[0]!.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    const sessionFlags = OPTIONS.flatMap(({ flag, key }) => (flag?.commands === 'runs' && key !== 'tags' ? [flag.name] : []));
    // One has a flag of the same name for something of its own.
    const own: Readonly<Record<string, string>> = { push: '--remote' };
    for (const flag of sessionFlags) expect(stdout.includes(`  ${flag} `), flag).toBe(runs === true || flag === own[name]);
  });

  describe('examples', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'spanmeter-examples-'));
      symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'package.json'), '{"name":"example"}');
      copyFileSync(join(PACKAGE, 'test/fixtures/example.pymon'), join(folder, 'pytest.pymon'));
      writeFileSync(join(folder, 'sum.test.js'), "import { expect, test } from 'vitest';\ntest('adds', () => expect(1 + 1).toBe(2));\n");
      for (const words of [
        ['init', '--initial-branch=main'],
        ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--allow-empty', '-m', 'a'],
      ])
        // prettier-ignore
        expect(spawnSync('git', words, { cwd: folder }).status).toBe(0);
      const recorded = ['run', '--quiet', '--tag', 'ci', '--tag', 'group=nightly-7', '--'];
      for (const command of [
        ['node', '--version'],
        ['vitest', 'run'],
      ]) {
        const started = spawnSync(NODE, [BIN, ...recorded, ...command], { cwd: folder, env: cleanEnvironment() });
        expect(started.status, String(started.stderr)).toBe(0);
      }
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(COMMANDS.flatMap(({ examples }) => examples.map(({ line }) => line)))('%s', async (line) => {
      const ended = line.startsWith('spanmeter serve')
        ? await served(line, folder)
        : await run('sh', ['-c', `spanmeter() { '${NODE}' '${BIN}' "$@"; }; ${line}`], { cwd: folder });
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stdout).not.toBe('');
      if (line.includes('--json')) expect(JSON.parse(ended.stdout)).toHaveProperty('schema', 1);
    });
  });
});

describe('wrong use', () => {
  it.each([
    [['tpo'], /unknown command 'tpo'[^]*Did you mean top\?[^]*spanmeter --help shows/],
    [['top', '--limitt', '3'], /unknown option '--limitt'[^]*Did you mean --limit\?[^]*spanmeter top --help shows/],
    [['top', '--limit', 'many'], /--limit <number>.*'many' is invalid.*whole number above 0/],
    [['top', '--limit', '0'], /whole number above 0/],
    [['top', '--by', 'constructor'], /Expected wall, cpu, peak.*minor_faults/],
    [['show', 'last', '--status', 'broken'], /passed, failed, skipped, interrupted/],
    [['show', '--search', '--'], /--search <text>.*The value is missing/],
    [['top', '--limit', '--', '3'], /--limit <number>.*The value is missing/],
    [['show', 'last', 'again'], /too many arguments/],
    [['top', '--db', 'ftp://example.org/x'], /ftp/],
    [['top', '--root', 'no-such-folder'], /The root .*no-such-folder is no folder that exists.*--root/],
    [['run', '--root', 'package.json', '--', 'true'], /The root .*package\.json is no folder/],
    [['top', '--db', ''], /--db: expected a path/],
  ])('%j', async (args, message) => {
    const ended = await spanmeter(args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^spanmeter: /);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });

  it('comes with a stack when asked', async () => {
    const ended = await spanmeter(['show', 'nothing-is-called-so'], { SPANMETER_DEBUG: '1' });
    expect(ended.stderr).toMatch(/^ +at /m);
  });

  it('shows hostile text, and does not obey it', async () => {
    const { stderr } = await spanmeter(['show', HOSTILE]);
    expect(stderr).toContain("No session is called 'evil \\x1b[2J\\x07 title");
  });
});

describe('a history', () => {
  it('that is not there yet is explained', async () => {
    const folder = temporaryFolder();
    for (const args of [['sessions'], ['show', 'last'], ['top']]) {
      const ended = await spanmeter(args, {}, folder);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(/There is no history at .*history\.db.*spanmeter run -- /);
    }
  });

  it('that is not there yet has a hint where runs wait that were killed, and none while the first one is alive', async () => {
    const [folder, temporary] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(folder, 'package.json'), '{}');
    const env = { TMPDIR: temporary };
    const look = async (): Promise<string> => (await run(NODE, [BIN, 'sessions'], { cwd: folder, env })).stderr;
    const until = [BIN, 'run', '--', NODE, '-e', "console.log('up ' + process.pid); setTimeout(() => {}, 60_000)"];
    const first = start(NODE, until, { cwd: folder, env });
    await first.said('up');
    onTestFinished(() => void process.kill(Number(/up (\d+)/.exec(first.output())![1]), 'SIGKILL'));
    expect(await look()).not.toContain('recover');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(await look()).toContain("'spanmeter recover'");
    // There is a folder among the temporary ones as well, for what cannot be kept in the project.
    rmSync(join(folder, '.spanmeter'), { recursive: true });
    expect(await look()).toContain("'spanmeter recover'");
  });

  it('without sessions is explained', async () => {
    const db = join(temporaryFolder(), 'empty.db');
    await writeHistory(db, []);
    for (const args of [['sessions'], ['show', 'last'], ['top']]) {
      const ended = await spanmeter([...args, '--db', db]);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/There are no sessions yet in .*spanmeter run -- /);
    }
    expect(await json(['sessions', '--db', db])).toEqual({ schema: 1, sessions: [] });
  });

  it('that is no database is explained, and left alone', async () => {
    const db = join(temporaryFolder(), 'text.db');
    writeFileSync(db, 'no database '.repeat(1000));
    const ended = await spanmeter(['top', '--db', db]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/text\.db/);
    expect(readFileSync(db, 'utf8')).toBe('no database '.repeat(1000));
  });

  it('is not kept by a project that says so', async () => {
    const ended = await spanmeter(['top'], { SPANMETER_DB: 'false' });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/no history is kept.*--db/);
  });
});

describe('a session is named by', () => {
  const AAAA = 'aaaa'.padEnd(32, '0');
  const AABB = 'aabb'.padEnd(32, '0');
  const CCCC = 'cccc'.padEnd(32, '0');
  it.each([
    ['last', CCCC],
    ['last~1', AABB],
    ['last~2', AAAA],
    ['cc', CCCC],
    [AAAA, AAAA],
    ['aaa', AAAA],
    ['ci', AABB],
    ['ci~1', AAAA],
    ['pr=12', AAAA],
    ['size=3', AABB],
    ['ci=true', AABB],
    ['f00dfeed', AAAA],
    ['f00dca', CCCC],
    ['f00dcafe~1', AABB],
  ])('%s', async (name, id) => {
    expect((await json(['show', name])).session.id).toBe(id);
  });

  it.each(['aa', 'f00d'])('%s, which fits several: they are listed', async (name) => {
    const ended = await spanmeter(['show', name]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`'${name}' fits several sessions; write more of it:\n  `);
    expect(ended.stderr).toContain('aaaa00000000');
  });

  it('nothing: the newest', async () => {
    expect((await json(['show'])).session.id).toBe(CCCC);
  });

  it.each([
    ['last~9', "'last~9': there are only 3."],
    ['ci~2', "'ci~2': there are only 2 called 'ci'."],
    ['pr=12~1', "'pr=12~1': there is only 1 called 'pr=12'."],
    ['cccc~1', "'cccc~1': there is only 1 called 'cccc'."],
    ['f00dcafe~2', "'f00dcafe~2': there are only 2 called 'f00dcafe'."],
  ])('%s, which is too far back: it is told how many there are', async (name, message) => {
    expect((await spanmeter(['show', name])).stderr).toContain(`No session is called ${message} The newest are:\n  cccc00000000`);
  });

  it.each(['zzz', 'last~3', 'ci=no', '', '%', '~1', 'last~', '=', '_'])('%j, which none has: the newest are listed', async (name) => {
    const ended = await spanmeter(['show', name]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/No session is called[^]*cccc00000000[^]*aabb00000000[^]*aaaa00000000/);
  });
});

describe('output', () => {
  const SHOWING = [['sessions'], ['show'], ['show', 'aabb'], ['top'], ['top', '--by', 'faults'], ['top', 'last', '--kind', 'file']];
  const READING = [...SHOWING, ['compare', 'aabb', 'cccc'], ['compare', 'aaaa', 'cccc', '--all'], ['doctor']];

  it.each(READING.flatMap((args) => [40, 44, 60, 80, 120].map((width) => [args, width] as const)))(
    'of %j fits %i columns',
    async (args, width) => {
      const { stdout, code } = await spanmeter(args, { COLUMNS: String(width) });
      expect(code).toBe(0);
      for (const line of stdout.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      // eslint-disable-next-line no-control-regex -- control characters are what this is about
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    },
  );

  it.each([40, 60, 80])('of token list fits %i columns', async (width) => {
    const db = join(temporaryFolder(), 'tokens.db');
    await spanmeter(['token', 'create', 'a machine of the team', '--db', db]);
    const { stdout } = await spanmeter(['token', 'list', '--db', db], { COLUMNS: String(width) });
    expect(stdout).toContain('a mach');
    for (const line of stdout.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('has colour only where it is wanted', async () => {
    const escape = '\u001b[';
    expect((await spanmeter(['top'])).stdout).not.toContain(escape);
    expect((await spanmeter(['top'], { FORCE_COLOR: '1' })).stdout).toContain(escape);
    expect((await spanmeter(['show', 'zzz'], { FORCE_COLOR: '1' })).stderr).toContain(`${escape}31m`);
    expect((await spanmeter(['run', '--no-db', '--', 'true', '--color'])).stderr).not.toContain(escape);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const db = join(temporaryFolder(), 'long.db');
    const readings = Array.from({ length: 20_000 }, (_, index) =>
      readingRecord('dddd', index + 1, { name: `test number ${index}` }, { wall_time: 1 }),
    );
    await writeHistory(db, [sessionRecord('dddd')], readings);
    const command = `{ '${NODE}' '${BIN}' show last --all --db '${db}'; echo "code $?" >&2; } | head -n 1`;
    const ended = await run('sh', ['-c', command], { cwd: project });
    expect(ended.stdout.split('\n')).toHaveLength(2);
    expect(ended.stderr).toBe('code 0\n');
  });

  it.runIf(existsSync('/dev/full'))('that cannot be written is an error', async () => {
    const ended = await run('sh', ['-c', `'${NODE}' '${BIN}' show last > /dev/full`], { cwd: project });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^spanmeter: The output could not be written: ENOSPC.*\n$/);
    const wrapped = await run('sh', ['-c', `'${NODE}' '${BIN}' run --no-db -- sh -c 'exit 3' 2> /dev/full`], { cwd: project });
    expect(wrapped.code).toBe(3);
  });

  it('of top is sorted, most expensive first, whatever it is sorted by', async () => {
    for (const [by, metric] of [
      ['wall', 'wall_time'],
      ['cpu', 'cpu_time'],
      ['peak', 'peak_growth'],
      ['minor_faults', 'minor_faults'],
    ] as const) {
      const { items, by: said } = await json(['top', '--by', by, '--limit', '5']);
      expect(said).toBe(metric);
      const values = items.map((item) => item.metrics[metric]);
      expect(values).toHaveLength(5);
      expect(values).toEqual([...values].sort((a, b) => b! - a!));
    }
    expect((await spanmeter(['top', '--by', 'heap'])).stdout).toContain('No item has a number for heap after (heap_after).');
  });

  it('of show limits items, filters them, and always names the interrupted ones', async () => {
    const usual = (await spanmeter(['show', 'last'])).stdout;
    expect(usual.match(/adds \d+/g)).toHaveLength(30);
    expect(usual).toContain('There are 10 more: --all');
    expect(usual).toMatch(/^interrupted {2}test\/some\/deep\/folder\/numbers\.test\.ts > numbers > adds 39$/m);
    expect((await spanmeter(['show', 'last', '--all'])).stdout.match(/adds \d+/g)).toHaveLength(39);
    expect((await json(['show', 'last', '--status', 'failed,interrupted'])).items.map((item) => item.name)).toEqual(['adds 3', 'adds 39']);
    expect((await json(['show', 'last', '--kind', 'file'])).items.map((item) => item.kind)).toEqual(['file']);
    expect((await json(['show', 'last', '--search', 'ADDS 1'])).items).toHaveLength(11);
    expect(usual).toMatch(/^revision {2,}f00dcafe on main with uncommitted changes$/m);
    expect(usual).toMatch(/^packages {2,}1 direct dependency, lockfile 1234abcd$/m);
  });

  it('of show says that nothing was found', async () => {
    const said = async (...args: string[]): Promise<string> => (await spanmeter(['show', ...args])).stdout;
    expect(await said('--search', 'zzz')).toMatch(/\n\nNo item fits --search zzz\.\n/);
    expect(await said('--kind', 'bench')).toContain('No item fits --kind bench.');
    expect(await said('aaaa', '--status', 'interrupted')).toContain('No item fits --status interrupted.');
    expect(await said('--search', 'zzz', '--quiet')).not.toContain('No item');
    expect(await said('aaaa')).not.toContain('No item');
  });

  it('of sessions says how many there are', async () => {
    const said = async (...args: string[]): Promise<string> => (await spanmeter(['sessions', '--limit', '1', ...args])).stdout;
    expect(await said()).toMatch(/\n\nthe newest 1 of 3; --limit shows more\n$/);
    expect(await said('--tag', 'ci')).toContain('the newest 1 of 2;');
    for (const args of [['--quiet'], ['--json'], ['--tag', 'pr'], ['--limit', '3']])
      expect(await said(...args)).not.toContain('the newest');
  });

  it('tells items of several projects apart, and finds them by their project', async () => {
    const db = join(temporaryFolder(), 'projects.db');
    const of = (session: string, sequence: number, name: string): ReturnType<typeof readingRecord> =>
      readingRecord(session, sequence, { project: name, name: 'adds', file: 'a.test.ts' }, { wall_time: MS, cpu_time: MS });
    await writeHistory(
      db,
      [sessionRecord('eeee'), sessionRecord('ffff')],
      [of('eeee', 1, 'one'), of('eeee', 2, 'two'), of('ffff', 1, 'one')],
    );
    for (const command of ['show', 'top']) {
      const { stdout } = await spanmeter([command, 'eeee', '--db', db]);
      expect(stdout).toMatch(/^\[one\] a\.test\.ts > adds /m);
      expect(stdout).toMatch(/^\[two\] a\.test\.ts > adds /m);
      expect((await spanmeter([command, 'ffff', '--db', db])).stdout).toMatch(/^a\.test\.ts > adds /m);
    }
    expect((await spanmeter(['show', 'eeee', '--db', db, '--search', 'TWO'])).stdout).toMatch(/^\[two\] a\.test\.ts > adds /m);
    expect((await json(['show', 'eeee', '--db', db, '--search', 'two'])).items).toHaveLength(1);
  });

  it('of sessions can be filtered, and is a list of ids when quiet', async () => {
    const ids = async (...args: string[]): Promise<string[]> =>
      (await spanmeter(['sessions', '--quiet', ...args])).stdout.split('\n').map((id) => id.slice(0, 4));
    expect(await ids()).toEqual(['cccc', 'aabb', 'aaaa', '']);
    expect(await ids('--tag', 'ci')).toEqual(['aabb', 'aaaa', '']);
    expect(await ids('--tag', 'pr=12')).toEqual(['aaaa', '']);
    expect(await ids('--tag', 'ci=true')).toEqual(['aabb', 'aaaa', '']);
    expect(await ids('--tag', 'size=3')).toEqual(['aabb', '']);
    expect(await ids('--revision', 'f00dca')).toEqual(['cccc', 'aabb', '']);
    expect(await ids('--limit', '1')).toEqual(['cccc', '']);
    const server = await serve(join(project, '.spanmeter/history.db'));
    try {
      expect(await ids('--tag', 'ci=true', '--db', server.url)).toEqual(['aabb', 'aaaa', '']);
      expect(await ids('--tag', 'size=3', '--db', server.url)).toEqual(['aabb', '']);
    } finally {
      server.child.kill('SIGTERM');
      await server.ended;
    }
  });
});

describe('JSON', () => {
  const reference = readFileSync(join(PACKAGE, 'docs/reference/cli.md'), 'utf8');

  it('of run has the fields that the reference says, inside as well, and no others', async () => {
    const row = reference.split('\n').find((line) => line.startsWith('| `run` |'))!;
    const documented = [...row.split('|')[2]!.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'budgets.json'), '[{"limits":{"wall":"10 min"}}]');
    const server = await serve(join(folder, 'server.db'));
    try {
      const args = ['run', '--json', '--budget', 'budgets.json', '--remote', server.url, '--', 'true'];
      const said = JSON.parse((await spanmeter(args, {}, folder)).stderr) as Record<string, object>;
      expect(Object.keys(said)).toEqual(expect.arrayContaining(['session', 'interrupted_count', 'remote', 'budget']));
      const inner = [said, said['top']!, said['remote']!, said['budget']!].flatMap((each) => Object.keys(each));
      for (const name of inner) expect(['schema', ...documented]).toContain(name);
    } finally {
      server.child.kill('SIGTERM');
      await server.ended;
    }
  });

  it('of recover has the fields that the reference says, also of what could not be recovered', () => {
    const row = reference.split('\n').find((line) => line.startsWith('| `recover` |'))!;
    const sessions = [
      { session: 's', delivered: 0, torn: 0, unread: [], failure: 'no space' },
      { session: 't', delivered: 0, torn: 0, unread: [], goesOn: true as const },
    ];
    const { recovered } = recoveredJson(sessions) as { recovered: object[] };
    expect(recovered.map((each) => Object.keys(each).at(-1))).toEqual(['failure', 'goes_on']);
    for (const name of recovered.flatMap((each) => Object.keys(each))) expect(row).toContain(`\`${name}\``);
  });

  it.each([['sessions'], ['show', 'last'], ['top'], ['doctor'], ['recover']])(
    'of %s has the fields that the reference says, and no others',
    async (...args) => {
      const row = reference.split('\n').find((line) => line.startsWith(`| \`${args[0]}\` |`))!;
      const said = await json(args);
      const documented = [...row.split('|')[2]!.matchAll(/`(\w+)`/g)].map(([, name]) => name);
      for (const name of Object.keys(said)) expect(['schema', ...documented]).toContain(name);
      const prose = reference.slice(reference.indexOf('A session has'), reference.indexOf('## Environment'));
      const fields = [said.session, said.sessions?.[0], (said.items as Said['items'] | undefined)?.[0]].flatMap((each) =>
        Object.keys(each ?? {}),
      );
      for (const name of fields) expect(prose + row).toContain(`\`${name}\``);
    },
  );

  it('keeps titles as they were and leaves out what is absent', async () => {
    const { items, session, totals } = await json(['show', 'last']);
    expect(items.map((item) => item.name)).toContain(HOSTILE);
    expect(Object.keys(items[0]!.metrics).sort()).toEqual(['cpu_time', 'minor_faults', 'peak_growth', 'wall_time']);
    expect(session).toMatchObject({
      exit_code: 1,
      packages: { vitest: '4.1.12' },
      scm: { branch: 'main', dirty: true, revision: 'f00dcafe' },
    });
    expect(totals.find((row) => row.kind === 'file')).not.toHaveProperty('cpu_time');
  });
});

describe('doctor', () => {
  it('finds this machine in order and reads what it allocates', async () => {
    const found = await json(['doctor']);
    expect(found).toMatchObject({
      mode: 'native',
      reasons: [],
      sqlite: { works: true },
      journals: { works: true },
      history: { works: true, sessions: true },
    });
    expect(found.metrics.map((metric) => metric.name)).toEqual(METRIC_NAMES);
    const { filled, reading, core_pair: core, full_pair: full } = found.self_check;
    expect(filled).toBe(16 * MIB);
    expect(reading.started_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/);
    expect(reading.peak_growth).toBeGreaterThan(15 * MIB);
    expect(reading.peak_growth).toBeLessThan(24 * MIB);
    expect(core).toBeGreaterThan(0);
    expect(full).toBeGreaterThan(core);
  });

  it('says what is missing without the add-on, and why, and ends well', async () => {
    const { code, stdout } = await spanmeter(['doctor'], { SPANMETER_NATIVE: '0' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mode +javascript/m);
    expect(stdout).toMatch(/^because +.*SPANMETER_NATIVE=0/m);
    expect(stdout).toMatch(/not here: /);
  });

  it.each([{ SPANMETER_PEAK: 'leave' }, { SPANMETER: '0' }])('says that the peak is left alone where %j asks for it', async (env) => {
    const { stdout } = await spanmeter(['doctor'], env);
    expect(stdout).toMatch(/^memory peak +not reset: only growth above the highest so far is seen/m);
    expect(stdout).toMatch(/^because +(the option peak is leave|SPANMETER=0 leaves the peak alone)/m);
  });

  it('says why journals and history can not be used', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'bad.db'), 'no database '.repeat(1000));
    writeFileSync(join(folder, '.spanmeter'), 'a file is in the way');
    const found = JSON.parse((await spanmeter(['doctor', '--json', '--db', 'bad.db'], {}, folder)).stdout);
    expect(found.history).toMatchObject({ works: false, reason: expect.stringContaining('bad.db') });
    expect(found.journals).toMatchObject({ works: false, reason: expect.stringContaining('.spanmeter') });
  });

  it('writes nothing', async () => {
    const folder = temporaryFolder();
    expect((await spanmeter(['doctor'], {}, folder)).stdout).toMatch(/^history +none yet/m);
    expect((await run('ls', ['-A'], { cwd: folder })).stdout).toBe('');
  });
});

it('prints its version', async () => {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  for (const way of ['--version', '-v', '-V', 'version']) expect(await spanmeter([way])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

it('names what was asked for in vain', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{}');
  const cli = (...args: string[]): Promise<Ended> => run(NODE, [BIN, ...args], { cwd: folder });
  await cli('run', '--quiet', '--', NODE, '-e', '0');
  const refusals: [string[], RegExp][] = [
    [['sessions', '--tag', 'nope'], /No session in .*history\.db has the tag 'nope'/],
    [['sessions', '--revision', 'abc'], /has the revision 'abc'/],
    [['show', 'last', '--kind', 'tset'], /no kind 'tset'\. The kinds are test, file, .*Measured were: session \(1\)/],
  ];
  for (const [args, said] of refusals) {
    const { code, stderr } = await cli(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  }
  expect((await cli('top', '--by', 'gc_count')).stdout).toMatch(/--probes gc/);
  expect((await cli('top', '--kind', 'bench,suite')).stdout).toMatch(/^The session has no benchmarks and no suites\.$/m);
});

it('shows of a command what its summary said', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{}');
  const script = 'const until = Date.now() + 200; while (Date.now() < until);';
  const { stderr } = await run(NODE, [BIN, 'run', '--', NODE, '-e', script], { cwd: folder });
  const { stdout } = await run(NODE, [BIN, 'show', 'last'], { cwd: folder });
  const memory = /memory +(>= .*)/.exec(stderr)?.[1] ?? 'none';
  expect(stdout).toContain(memory);
  expect(stdout).toMatch(/cost +wall .*, cpu .* \(of processes waited for\)/);
});
