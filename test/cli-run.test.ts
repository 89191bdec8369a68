/** `spanmeter run`: the command is as it would be without us, and what it cost is recorded. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BIN, PACKAGE, run, start, type Ended } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const MIB = 2 ** 20;
const { execPath: NODE } = process;

let root: string;

beforeEach(() => {
  root = temporaryFolder();
  writeFileSync(join(root, 'package.json'), '{"name":"project"}');
});

function spanmeter(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run(NODE, [BIN, ...args], { cwd: root, env: { TMPDIR: root, ...env } });
}

interface Shown {
  readonly session: { id: string; exit_code: number; command: string; tags: Record<string, unknown>; description: string };
  readonly items: { kind: string; name: string; status: string; metrics: Record<string, number> }[];
}

async function shown(session = 'last'): Promise<Shown> {
  return JSON.parse((await spanmeter(['show', session, '--json', '--kind', 'session,span'])).stdout) as Shown;
}

async function sessionCount(): Promise<number> {
  const { stdout } = await spanmeter(['sessions', '--json']);
  return stdout === '' ? 0 : (JSON.parse(stdout) as { sessions: unknown[] }).sessions.length;
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('the command', () => {
  it.each([0, 1, 7, 255])('passes on exit code %i', async (code) => {
    expect((await spanmeter(['run', '--quiet', '--', NODE, '-e', `process.exit(${code})`])).code).toBe(code);
    expect((await shown()).session.exit_code).toBe(code);
  });

  it('keeps its output: nothing of ours on the standard output', async () => {
    const ended = await spanmeter(['run', '--', NODE, '-e', "process.stdout.write('out'); process.stderr.write('err\\n')"]);
    expect(ended.stdout).toBe('out');
    expect(ended.stderr).toMatch(/^err\n\nspanmeter {2}[0-9a-f]{8} {2}/);
  });

  it('gets its arguments as they are, also those that look like ours, and the standard input', async () => {
    const args = ['--json', '--quiet', '', 'two words', '--', "it's", '*'];
    writeFileSync(join(root, 'args.js'), 'process.stdout.write(JSON.stringify(process.argv.slice(2)))');
    for (const dashes of [['--'], []]) {
      const ended = await spanmeter(['run', '--quiet', ...dashes, NODE, 'args.js', ...args]);
      expect(JSON.parse(ended.stdout)).toEqual(args);
    }
    const piped = await run('sh', ['-c', `echo hello | '${NODE}' '${BIN}' run --quiet -- cat`], { cwd: root });
    expect(piped.stdout).toBe('hello\n');
  });

  it.runIf(process.platform === 'linux')('has the further descriptors that we were given, and no other', async () => {
    writeFileSync(join(root, 'words'), 'read\n');
    const given = `3> written 4< words`;
    const inner = `sh -c 'echo hi >&3; cat <&4; ls /proc/self/fd'`;
    const without = await run('sh', ['-c', `${inner} ${given}`], { cwd: root });
    writeFileSync(join(root, 'written'), '');
    const within = await run('sh', ['-c', `'${NODE}' '${BIN}' run --quiet -- ${inner} ${given}`], { cwd: root });
    expect(within).toEqual(without);
    expect(within.stdout).toMatch(/^read\n[^]*^3\n4\n/m);
    expect(readFileSync(join(root, 'written'), 'utf8')).toBe('hi\n');
  });

  it('prints nothing of ours when quiet', async () => {
    expect(await spanmeter(['run', '--quiet', '--', 'true'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('prints what went wrong when quiet', async () => {
    writeFileSync(join(root, 'not.db'), 'no database '.repeat(100));
    const ended = await spanmeter(['run', '--quiet', '--db', 'not.db', '--', 'true']);
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toMatch(/^spanmeter: The history was not written: .*not\.db is no database.*spanmeter recover.*\n$/);
  });

  it('is not taken for the value of a flag', async () => {
    for (const flag of ['--tag', '--db', '--description', '--component', '--scope', '--probes']) {
      const ended = await spanmeter(['run', flag, '--', NODE, '-e', "console.log('ran')"]);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(new RegExp(`^spanmeter: option '${flag} <.*>' argument '--' is invalid\\. The value is missing\\.`));
    }
  });

  it('that is not found ends with 127, and records nothing', async () => {
    const ended = await spanmeter(['run', '--', 'no-such-command-here']);
    expect(ended).toMatchObject({ code: 127, stdout: '' });
    expect(ended.stderr).toBe("spanmeter: The command 'no-such-command-here' was not found. Is it installed, and spelled so?\n");
    expect(existsSync(join(root, '.spanmeter'))).toBe(false);
  });

  it('whose first word was taken for a file of budgets is wrong use', async () => {
    const ended = await spanmeter(['run', '--budget', 'vitest', 'no-such-command-here']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /'vitest' was taken for the budget's file.*: spanmeter run --budget -- vitest no-such-command-here \.\.\.$/m,
    );
    expect((await spanmeter(['run', '--budget', 'package.json', 'no-such-command-here'])).code).toBe(127);
  });

  it('that cannot be executed ends with 126', async () => {
    for (const name of ['./package.json', root]) {
      const ended = await spanmeter(['run', '--', name]);
      expect(ended.code).toBe(126);
      expect(ended.stderr).toMatch(/cannot be executed.*execute permission/);
    }
  });

  it('with an interpreter that is missing ends with 127', async () => {
    writeFileSync(join(root, 'script'), '#!/no/such/interpreter\n');
    chmodSync(join(root, 'script'), 0o755);
    const ended = await spanmeter(['run', '--', './script']);
    expect(ended.code).toBe(127);
    expect(ended.stderr).toContain("The command './script' was not found (spawn ./script ENOENT)");
  });

  it('is found in node_modules/.bin, from a folder below as well', async () => {
    const tool = join(root, 'node_modules/.bin/my-tool');
    mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
    mkdirSync(join(root, 'src'));
    writeFileSync(tool, '#!/bin/sh\necho "tool $1"\n');
    chmodSync(tool, 0o755);
    const ended = await run(NODE, [BIN, 'run', '--quiet', '--', 'my-tool', 'x'], { cwd: join(root, 'src') });
    expect(ended).toMatchObject({ code: 0, stdout: 'tool x\n' });
  });

  it('without a name is wrong use', async () => {
    const ended = await spanmeter(['run']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("missing required argument 'command'");
  });
});

describe('signals', () => {
  const UNTIL_KILLED = "console.log('up ' + process.pid); setInterval(() => {}, 1000);";

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    'passes on %s, and the command decides',
    async (signal) => {
      const source = `process.on('${signal}', () => { console.log('got it'); setTimeout(() => process.exit(9), 50); }); ${UNTIL_KILLED}`;
      const running = start(NODE, [BIN, 'run', '--', NODE, '-e', source], { cwd: root });
      await running.said('up');
      running.child.kill(signal);
      expect(await running.ended).toMatchObject({ code: 9, signal: null, stdout: expect.stringContaining('got it') as string });
      expect((await shown()).session.exit_code).toBe(9);
    },
  );

  it('ends with 128 and the number when a signal ends the command, and leaves no process', async () => {
    const running = start(NODE, [BIN, 'run', '--quiet', '--', NODE, '-e', UNTIL_KILLED], { cwd: root });
    await running.said('up');
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect(code).toBe(143);
    expect(isAlive(Number(/up (\d+)/.exec(stdout)![1]))).toBe(false);
    const { items, session } = await shown();
    expect(session.exit_code).toBe(143);
    expect(items[0]?.status).toBe('interrupted');
  });

  it('waits for a command that ignores them', async () => {
    const source = `process.on('SIGTERM', () => setTimeout(() => { console.log('still here'); process.exit(0); }, 300)); ${UNTIL_KILLED}`;
    const running = start(NODE, [BIN, 'run', '--quiet', '--', NODE, '-e', source], { cwd: root });
    await running.said('up');
    running.child.kill('SIGTERM');
    await setTimeout(50);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('still here') as string });
  });

  it('from the keys of a terminal reach the command once', async () => {
    const source = `let n = 0; process.on('SIGINT', () => { n += 1; console.log('int ' + n); setTimeout(() => process.exit(5), 300); }); console.log('up'); setInterval(() => {}, 1000);`;
    writeFileSync(join(root, 'count.js'), source);
    // script(1) gives a terminal: what is typed into it, ^C included, comes from our pipe.
    const typed = `(for i in $(seq 200); do grep -q up out.txt 2>/dev/null && break; sleep 0.05; done; sleep 0.2; printf '\\003'; sleep 1.5)`;
    // exec: a shell that stays in the foreground gets the ^C as well, and may end with 130 of its own.
    const inside = `exec '${NODE}' '${BIN}' run --quiet -- '${NODE}' count.js`;
    const ended = await run('sh', ['-c', `${typed} | script -qefc "${inside}" out.txt`], { cwd: root });
    expect(ended.code).toBe(5);
    expect(ended.stdout).toContain('int 1');
    expect(ended.stdout).not.toContain('int 2');
  });
});

describe('what is recorded', () => {
  it('is the command as a whole, with all its processes', async () => {
    const child = `const b = Buffer.alloc(${120 * MIB}).fill(1); const t = process.cpuUsage(); while (process.cpuUsage(t).user < 150_000); setTimeout(() => b.length, 300)`;
    const parent = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(child)}])`;
    const ended = await spanmeter(['run', '--', NODE, '-e', parent]);
    expect(ended.stderr).toMatch(/memory {2,}>= \d+\.\d MiB \(largest process\), about <= \d+\.\d MiB \(all seen\)/);
    const [item] = (await shown()).items;
    expect(item).toMatchObject({ kind: 'session', status: 'passed' });
    expect(Object.keys(item!.metrics).sort()).toEqual(['children_cpu_time', 'tree_peak_high', 'tree_peak_low', 'wall_time']);
    const { wall_time: wall, children_cpu_time: cpu, tree_peak_low: low, tree_peak_high: high } = item!.metrics;
    expect(wall).toBeGreaterThan(450e6);
    expect(cpu).toBeGreaterThan(150e6);
    expect(low).toBeGreaterThan(120 * MIB);
    expect(low).toBeLessThan(260 * MIB);
    // The parent is a Node process as well: it adds at least what an empty one needs.
    expect(high! - low!).toBeGreaterThan(20 * MIB);
  });

  it('is named by the command line as one would type it', async () => {
    await spanmeter(['run', '--quiet', '--', 'sh', '-c', 'exit 3']);
    expect((await shown()).items[0]).toMatchObject({ name: "sh -c 'exit 3'", status: 'failed' });
  });

  it('has the options of the session', async () => {
    await spanmeter(['run', '--quiet', '--tag', 'nightly', '--tag', 'runner=big', '--description', 'first try', '--', 'true']);
    expect((await shown('runner=big')).session).toMatchObject({ tags: { nightly: true, runner: 'big' }, description: 'first try' });
  });

  it('holds the spans of programs, whose own NODE_OPTIONS stay', async () => {
    const spaced = join(root, 'with space "and quote');
    mkdirSync(spaced);
    writeFileSync(join(spaced, 'own.js'), "console.log('own preload')");
    const own = `--require "${join(spaced, 'own.js').replaceAll('"', '\\"')}" --no-warnings`;
    const source = `const { span } = require(${JSON.stringify(PACKAGE)}); span('work', () => 1);`;
    const ended = await spanmeter(['run', '--quiet', '--', NODE, '-e', source], { NODE_OPTIONS: own });
    // Once in our own process, once in the command's.
    expect(ended).toMatchObject({ code: 0, stdout: 'own preload\nown preload\n', stderr: '' });
    expect((await shown()).items.map(({ kind }) => kind).sort()).toEqual(['session', 'span']);
  });

  it('works from a folder with spaces and quotes in its name', async () => {
    const elsewhere = join(root, `in "a' folder`);
    mkdirSync(elsewhere);
    for (const part of ['dist', 'package.json', 'node_modules', 'build']) symlinkSync(join(PACKAGE, part), join(elsewhere, part));
    const bin = join(elsewhere, 'dist/cli/bin.js');
    const ended = await run(NODE, ['--preserve-symlinks', '--preserve-symlinks-main', bin, 'run', '--', NODE, '-p', '1 + 1'], {
      cwd: root,
    });
    expect(ended).toMatchObject({ code: 0, stdout: '2\n' });
  });

  it('is one session when runs are nested', async () => {
    const ended = await spanmeter(['run', '--', NODE, BIN, 'run', '--', NODE, BIN, 'run', '--', NODE, '-e', 'process.exit(4)']);
    expect(ended.code).toBe(4);
    expect(ended.stderr.match(/spanmeter {2}[0-9a-f]{8}/g)).toHaveLength(1);
    expect(await sessionCount()).toBe(1);
    expect((await shown()).items).toHaveLength(1);
  });

  it('comes as JSON on the standard error when asked', async () => {
    const ended = await spanmeter(['run', '--json', '--', 'true']);
    expect(ended.stdout).toBe('');
    expect(JSON.parse(ended.stderr)).toMatchObject({ schema: 1, command: { kind: 'session', name: 'true' }, warnings: [] });
  });

  it('tells how many were interrupted, though it names only some', async () => {
    const spans = `const { span } = require(${JSON.stringify(PACKAGE)}); for (let n = 0; n < 12; n++) span('open ' + n);`;
    writeFileSync(join(root, 'open.cjs'), `${spans} process.kill(process.pid, 'SIGKILL')`);
    const open = ['--', NODE, 'open.cjs'];
    const { stderr } = await spanmeter(['run', ...open]);
    expect(stderr).toMatch(/^ {2}spans +12: 12 interrupted$/m);
    const [, named = '', more = ''] = /^ {2}interrupted +(\S[^]*?)\n +and (\d+) more$/m.exec(stderr) ?? [];
    // The command itself was interrupted, too.
    expect(named.split('\n').length + Number(more)).toBe(13);
    const { interrupted, interrupted_count: count } = JSON.parse((await spanmeter(['run', '--json', ...open])).stderr) as {
      interrupted: unknown[];
      interrupted_count: number;
    };
    expect([interrupted.length, count]).toEqual([5, 13]);
  });

  it.each([[['--db', 'an other.db']], [['--root', 'below']]])('is found again with what the summary says: %j', async (flags) => {
    mkdirSync(join(root, 'below'));
    const { stderr } = await spanmeter(['run', ...flags, '--', 'true']);
    const [, line = ''] = /more +npx spanmeter (.*)/.exec(stderr)!;
    expect((await run('sh', ['-c', `'${NODE}' '${BIN}' ${line}`], { cwd: root })).code).toBe(0);
    expect((await spanmeter(['run', '--', 'true'])).stderr).toMatch(/more +npx spanmeter show \w{8}$/m);
  });

  it('is shown but not kept with --no-db', async () => {
    const ended = await spanmeter(['run', '--no-db', '--', 'true']);
    expect(ended.stderr).toContain('command ');
    expect(ended.stderr).not.toContain('data ');
    expect(existsSync(join(root, '.spanmeter/history.db'))).toBe(false);
  });
});

describe('trouble of ours', () => {
  it('leaves the command alone when everything is switched off', async () => {
    const source = 'process.stdout.write(JSON.stringify([process.env.SPANMETER_SESSION, process.env.NODE_OPTIONS]))';
    const ended = await spanmeter(['run', '--', NODE, '-e', source], { SPANMETER: '0' });
    expect(ended).toMatchObject({ code: 0, stdout: '[null,null]', stderr: '' });
    expect(existsSync(join(root, '.spanmeter'))).toBe(false);
  });

  it('makes no root that is mistyped', async () => {
    const ended = await spanmeter(['run', '--', NODE, '-e', "console.log('ran')"], { SPANMETER_ROOT: join(root, 'lost') });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(join(root, 'lost'))).toBe(false);
  });

  it('is one warning when no folder can be written', async () => {
    writeFileSync(join(root, '.spanmeter'), 'a file is in the way');
    const ended = await spanmeter(['run', '--', NODE, '-e', "console.log('ran'); process.exit(6)"], { TMPDIR: join(root, '.spanmeter') });
    expect(ended).toMatchObject({ code: 6, stdout: 'ran\n' });
    expect(ended.stderr.match(/spanmeter:/g)).toHaveLength(1);
    expect(ended.stderr).toContain('Nothing is recorded');
  });

  it('is one warning when the history is no database, which stays as it is', async () => {
    const file = join(root, 'notes.db');
    writeFileSync(file, 'these are my notes, not a database'.repeat(100));
    const before = readFileSync(file);
    const ended = await spanmeter(['run', '--db', file, '--', NODE, '-e', "console.log('ran'); process.exit(6)"]);
    expect(ended).toMatchObject({ code: 6, stdout: 'ran\n' });
    expect(ended.stderr.match(/warning {2}/g)).toHaveLength(1);
    expect(readFileSync(file).equals(before)).toBe(true);
    rmSync(file);
    const recovered = await spanmeter(['recover', '--db', file]);
    expect(recovered.stdout).toMatch(/1 record delivered/);
  });

  it('is one warning when the history is a file of pytest-monitor: it says what can be done', async () => {
    cpSync(join(PACKAGE, 'test/fixtures/example.pymon'), join(root, '.pymon'));
    const ended = await spanmeter(['run', '--db', '.pymon', '--', 'true']);
    expect(ended.code).toBe(0);
    expect(ended.stderr.replaceAll(/\n +/g, ' ')).toMatch(
      /\.pymon is a database of pytest-monitor: spanmeter reads it and never writes to it\./,
    );
    expect(ended.stderr).not.toMatch(/[Ii]mport/);
    const shown = await spanmeter(['show', '--db', '.pymon']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).not.toMatch(/not finished|status|[1-9]\d* +passed/);
  });

  it('does not hide a mistake in the options: the command is not started', async () => {
    const ended = await spanmeter(['run', '--scope', 'tests', '--', NODE, '-e', "console.log('ran')"]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('--scope');
  });
});

describe('recover', () => {
  const SPAN_AND_WAIT = `
    const { span } = require(${JSON.stringify(PACKAGE)});
    span('finished', () => 1);
    span('was running');
    console.log('up ' + process.pid);
    setInterval(() => {}, 1000);`;

  it('delivers what a killed run left behind, by name, and leaves a live one alone', async () => {
    const running = start(NODE, [BIN, 'run', '--tag', 'killed', '--', NODE, '-e', SPAN_AND_WAIT], { cwd: root, env: { TMPDIR: root } });
    await running.said('up');
    expect((await spanmeter(['recover'])).stdout).toBe('Nothing to recover: no killed run left anything behind.\n');
    running.child.kill('SIGKILL');
    const orphan = Number(/up (\d+)/.exec(running.output())![1]);
    onTestFinished(() => {
      if (isAlive(orphan)) process.kill(orphan, 'SIGKILL');
    });
    await once(running.child, 'exit');
    expect((await spanmeter(['recover'])).stdout).toMatch(/^[0-9a-f]{8} {2}left alone: a process of it outlived the run/);
    process.kill(orphan, 'SIGKILL');
    while (isAlive(orphan)) await setTimeout(10);
    const recovered = await spanmeter(['recover']);
    expect(recovered).toMatchObject({ code: 0, stderr: '' });
    expect(recovered.stdout).toMatch(/^[0-9a-f]{8} {2}3 records delivered to .*history\.db\n$/);
    // The command as a whole is interrupted: of its cost nothing is known.
    const { stdout } = await spanmeter(['show', 'killed']);
    expect(stdout).not.toMatch(/NaN|^cost/m);
    const { items, session } = await shown('killed');
    expect(items.map(({ name, status }) => [name, status]).sort()).toEqual(
      [
        [session.command, 'interrupted'],
        ['finished', 'passed'],
        ['was running', 'interrupted'],
      ].sort(),
    );
    expect(JSON.parse((await spanmeter(['recover', '--json'])).stdout)).toEqual({ schema: 1, recovered: [] });
    expect(await spanmeter(['recover', '--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});
