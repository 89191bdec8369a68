/** Runs small scripts against the built package in processes of their own, as users do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const PACKAGE = join(import.meta.dirname, '..', '..');
export const BIN = join(PACKAGE, 'dist/cli/bin.js');

/** Our own tests may run under a monitor: what they start must not join its session. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:SPANMETER|VITEST|NODE_OPTIONS|CI$|GITHUB_)/.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when this text has been written to standard output. */
  said(text: string): Promise<void>;
  /** What it has written to standard output so far. */
  output(): string;
}

export interface HowToRun {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function start(command: string, args: readonly string[], { cwd, env = {} }: HowToRun): Running {
  const child = spawn(command, args, { cwd, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`It ended without saying ${JSON.stringify(text)}: ${stdout}${stderr}`)));
      look();
    });
  return { child, ended, said, output: () => stdout };
}

export function run(command: string, args: readonly string[], how: HowToRun): Promise<Ended> {
  return start(command, args, how).ended;
}

/** CommonJS source that begins with the package's exports in scope. */
export function script(source: string): readonly string[] {
  return ['-e', `const { span, openSession } = require(${JSON.stringify(PACKAGE)});\n(async () => {${source}\n})();`];
}

export function runScript(source: string, how: HowToRun): Promise<Ended> {
  return run(process.execPath, script(source), how);
}
