/** Finds the runs that somebody named for a comparison: one session, or all that a name means. */
import { SpanmeterError } from '../model/errors.js';
import { nearest } from '../model/nearest.js';
import type { Session } from './entities.js';
import type { Monitor } from './monitor.js';
import type { SessionsQuery } from './query.js';

const NEWEST = /^(?<base>.+):(?<count>\d{1,6})$/s;
const BACK = /^.+~\d{1,6}$/s;
/** So many sessions are looked through for names that are near. */
const LOOKED_THROUGH = 200;

export interface FoundSide {
  readonly name: string;
  /** Newest first, at least one. */
  readonly sessions: readonly Session[];
  /** Runs of a group that are not finished: they are left out. */
  readonly unfinished: number;
}

/**
 * @param name parts with commas between: `last`, `last~1` and the beginning of an id mean one session; a tag (`name`, `name=value`), a revision
 *   or a branch mean all of theirs; `:5` behind any of these, the newest five
 * @throws SpanmeterError SPANMETER_NOT_FOUND, SPANMETER_AMBIGUOUS
 */
export async function findSide(monitor: Monitor, name: string): Promise<FoundSide> {
  // A tag may have a comma in it.
  const whole = name.includes(',') ? await tagged(monitor, name) : [];
  const parts =
    whole.length > 0
      ? [whole]
      : await Promise.all(
          name
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
            .map(async (part) => partOf(monitor, part)),
        );
  const found = [...new Map(parts.flat().map((session) => [session.id, session])).values()].sort((a, b) => b.startedAt - a.startedAt);
  // Who names one session means it, whatever became of it.
  const finished = found.length === 1 ? found : found.filter((session) => session.finishedAt !== undefined || session.foreign === true);
  if (finished.length === 0)
    throw new SpanmeterError('SPANMETER_NOT_FOUND', `None of the ${found.length} runs that '${name}' means is finished yet.`);
  return { name, sessions: finished, unfinished: found.length - finished.length };
}

async function partOf(monitor: Monitor, name: string): Promise<readonly Session[]> {
  const found = await groupOf(monitor, name);
  if (found.length > 0) return found;
  const { base, count } = NEWEST.exec(name)?.groups ?? {};
  if (base === undefined) throw await notFound(monitor, name);
  if (Number(count) < 1) throw new SpanmeterError('SPANMETER_USAGE', `'${name}' means no run: the number is at least 1.`);
  const group = base === 'last' ? await list(monitor, { last: Number(count) }) : await groupOf(monitor, base);
  if (group.length === 0) throw await notFound(monitor, base);
  return group.slice(0, Number(count));
}

async function groupOf(monitor: Monitor, name: string): Promise<readonly Session[]> {
  if (name === 'last') return [await monitor.session(name)];
  const byTag = await tagged(monitor, name);
  if (byTag.length > 0) return byTag;
  const byBranch = await list(monitor, { branch: name });
  if (byBranch.length > 0) return byBranch;
  const one = await monitor.session(name).catch((thrown: unknown) => {
    if (thrown instanceof SpanmeterError && thrown.code === 'SPANMETER_NOT_FOUND' && !BACK.test(name)) return undefined;
    throw thrown;
  });
  if (one === undefined) return [];
  // A revision: all sessions of it.
  return one.id.startsWith(name) || BACK.test(name) ? [one] : list(monitor, { revision: one.scm.revision! });
}

async function tagged(monitor: Monitor, name: string): Promise<readonly Session[]> {
  const equals = name.indexOf('=');
  if (equals < 1) return name === '' ? [] : list(monitor, { tags: name });
  const [tag, text] = [name.slice(0, equals), name.slice(equals + 1)];
  const found = await list(monitor, { tags: { [tag]: text } });
  if (found.length > 0) return found;
  // Tags that came from programs may be numbers or booleans.
  return (await list(monitor, { tags: tag })).filter(({ tags }) => String(tags[tag]) === text);
}

async function list(monitor: Monitor, query: SessionsQuery): Promise<readonly Session[]> {
  return [...(await monitor.sessions(query))];
}

async function notFound(monitor: Monitor, name: string): Promise<SpanmeterError> {
  const sessions = await list(monitor, { last: LOOKED_THROUGH });
  if (sessions.length === 0)
    return new SpanmeterError(
      'SPANMETER_NOT_FOUND',
      `There are no sessions yet in ${monitor.location}. Record one: spanmeter run -- <your test command>`,
    );
  const names = sessions.flatMap(({ scm, tags }) =>
    [scm.branch ?? [], ...Object.entries(tags).flatMap(([tag, value]) => [tag, `${tag}=${String(value)}`])].flat(),
  );
  const near = nearest(name, [...new Set(names)]);
  const remedy =
    near === undefined
      ? "Name a session (last, last~1, the beginning of an id), a tag, a revision or a branch; 'spanmeter sessions' lists them."
      : `Did you mean '${near}'?`;
  return new SpanmeterError('SPANMETER_NOT_FOUND', `No run is called '${name}'. ${remedy}`);
}
