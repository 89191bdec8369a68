/** Runs a command for its output, within a time, leaving nothing behind. */
import childProcess from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

const { spawn } = childProcess;
const { setTimeout, clearTimeout } = globalThis;

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout: number;
  /** Stop reading after so many bytes. The output up to there then counts as a success. */
  readonly enough: number;
}

/** @returns what it wrote; undefined when it could not be started, failed, or took too long. Never rejects. */
export function outputOf(command: string, args: readonly string[], options: CommandOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A process group of its own: a killed command's children would live on, and keep its output open.
    const grouped = process.platform !== 'win32';
    const { cwd, env, timeout, enough } = options;
    let child: ChildProcessByStdio<null, Readable, null>;
    try {
      child = spawn(command, args, { cwd, env, detached: grouped, windowsHide: true, stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      resolve(undefined);
      return;
    }
    let output = '';
    const end = (result: string | undefined): void => {
      clearTimeout(timer);
      child.removeAllListeners('close');
      child.stdout.destroy();
      resolve(result);
    };
    const kill = (result: string | undefined): void => {
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has just ended.
      }
      end(result);
    };
    const timer = setTimeout(kill, timeout, undefined);
    child.on('error', () => end(undefined));
    child.once('close', (code) => end(code === 0 ? output : undefined));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.length >= enough) kill(output);
    });
  });
}
