/** Runs a command as if we were not there: its streams are ours, signals are passed on, and it decides what they mean. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { readFileSync } from 'node:fs';
import { EXIT } from './exit-codes.js';
import { inheritedDescriptors } from './inherited.js';

export interface Ended {
  /** As a shell gives it: 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly signal?: NodeJS.Signals;
}

/** What people and supervisors send to a program, to end it or to tell it something. (SIGUSR1 starts Node's debugger: the command's then, not ours.) */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** What a terminal's keys send to every program in the foreground: the command has it already. */
const FROM_KEYS: readonly string[] = ['SIGINT', 'SIGQUIT'];

/**
 * @param started called with the process's id once it runs
 * @throws the system's error when it cannot be started
 */
export async function runChild(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  started: (pid: number) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(path, args, { stdio: ['inherit', 'inherit', 'inherit', ...inheritedDescriptors()], env });
  const passOn = (signal: NodeJS.Signals): void => {
    if (!(FROM_KEYS.includes(signal) && isForeground())) child.kill(signal);
  };
  for (const signal of PASSED_ON) process.on(signal, passOn);
  try {
    return await end(child, started);
  } finally {
    for (const signal of PASSED_ON) process.off(signal, passOn);
  }
}

function end(child: ChildProcess, started: (pid: number) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      // Later errors are failed attempts to pass on a signal: the process has ended meanwhile.
      if (child.pid === undefined) reject(error);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { code: code ?? EXIT.wrong } : { code: EXIT.signal + constants.signals[signal], signal });
    });
    if (child.pid !== undefined) started(child.pid);
  });
}

/** Whether the terminal's keys reach this process's group, by /proc/self/stat (group, and the terminal's foreground group). */
function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return process.stdin.isTTY || process.stderr.isTTY;
  }
}
