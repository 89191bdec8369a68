/** Opens the history that a command reads. */
import type { Monitor } from '../client/monitor.js';
import { openToRead } from '../client/open-to-read.js';
import { SpanmeterError } from '../model/errors.js';
import { optionsFromFlags, resolveOptions, type ResolvedOptions } from '../session/options/index.js';
import type { Store } from '../store/contract.js';
import type { Flags } from './command.js';
import type { Io } from './io.js';

export function optionsOf(io: Io, flags: Flags): Promise<ResolvedOptions> {
  return resolveOptions(optionsFromFlags(flags, io.cwd), { env: io.env, cwd: io.cwd, source: 'the command line' });
}

/** @throws SpanmeterError SPANMETER_USAGE when no history is kept, SPANMETER_NOT_FOUND when there is none yet */
export async function withHistory<T>(io: Io, flags: Flags, use: (store: Store) => Promise<T>): Promise<T> {
  return withOpen(io, flags, openToRead, use);
}

/** The same, for commands that ask for more than one session at a time. */
export async function withMonitor<T>(io: Io, flags: Flags, use: (monitor: Monitor) => Promise<T>): Promise<T> {
  // Its frames take 100 ms to load.
  return withOpen(io, flags, async (location) => (await import('../client/monitor.js')).Monitor.open(location), use);
}

async function withOpen<Opened extends { close(): Promise<void> }, T>(
  io: Io,
  flags: Flags,
  open: (location: string) => Promise<Opened>,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const options = await optionsOf(io, flags);
  const opened = await open(locationOf(options)).catch(async (thrown: unknown) => {
    throw await withHint(thrown, options.root);
  });
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

/** There may be none because a run could not deliver what it measured. */
async function withHint(thrown: unknown, root: string): Promise<unknown> {
  if (!(thrown instanceof SpanmeterError) || thrown.code !== 'SPANMETER_NOT_FOUND' || !(await areWaiting(root))) return thrown;
  const hint = "Runs that did not deliver are waiting, though: 'spanmeter recover' makes it from them.";
  return new SpanmeterError(thrown.code, `${thrown.message} ${hint}`, { cause: thrown });
}

/** A run that is alive is not waiting: it delivers at its end. */
async function areWaiting(root: string): Promise<boolean> {
  const { abandoned, release } = await import('../session/abandoned.js');
  const sessions = abandoned(root);
  for (const places of sessions.values()) release(places);
  return sessions.size > 0;
}

/** @throws SpanmeterError SPANMETER_USAGE */
export function locationOf({ db }: ResolvedOptions): string {
  if (db === false)
    throw new SpanmeterError('SPANMETER_USAGE', 'The options say that no history is kept (db is false). Name one: --db <path or url>.');
  return db;
}
