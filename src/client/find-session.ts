/** Finds the session that somebody named on a command line or in a call. */
import { SpanmeterError } from '../model/errors.js';
import { nearest } from '../model/nearest.js';
import type { SessionQuery, SessionSummary, Store, StoredSession } from '../store/contract.js';
import { tagQuery } from './tag-query.js';

const BACK = /^(?<base>.+)~(?<steps>\d{1,6})$/s;
const SHOWN_CANDIDATES = 5;
const SHOWN_ID = 12;
const SHOWN_TEXT = 60;
/** So many of the newest sessions are looked at for what was meant, and so many letters must be right. */
const NEAR_SAMPLE = 100;
const NEAR_BEGINNING = 4;
/** So many sessions of a revision prefix are looked at to see whether it means one revision. */
const REVISION_SAMPLE = 200;

/** The sessions that a name may mean, newest first. */
interface Named {
  count(): Promise<number>;
  at(steps: number): Promise<SessionSummary | undefined>;
}

/**
 * @param name tried in this order: `last`; a tag (`name=value`, or `name`); the beginning of an id; the beginning of a revision.
 *   What fits several sessions by tag or revision means the newest; `~1` after any of these means the one before, and so on
 * @throws SpanmeterError SPANMETER_NOT_FOUND with the newest sessions; SPANMETER_AMBIGUOUS with the candidates
 */
export async function findSession(store: Store, name: string): Promise<StoredSession> {
  const found = (await (await byName(store, name))?.at(0)) ?? (await stepsBack(store, name));
  const session = found && (await store.session(found.id));
  if (session === undefined) throw await notFound(store, name);
  return session;
}

/** Only when nothing has the name as it stands: a tag may end in `~1`. */
async function stepsBack(store: Store, name: string): Promise<SessionSummary | undefined> {
  const { base, steps } = BACK.exec(name)?.groups ?? {};
  const named = base === undefined ? undefined : await byName(store, base);
  if (named === undefined) return undefined;
  const found = await named.at(Number(steps));
  if (found === undefined) throw await notFound(store, name, await named.count());
  return found;
}

async function byName(store: Store, name: string): Promise<Named | undefined> {
  if (name === 'last') return byQuery(store, {});
  if (name === '') return undefined;
  const equals = name.indexOf('=');
  if (equals > 0) return byQuery(store, await tagQuery(store, name.slice(0, equals), name.slice(equals + 1)));
  return (await byQuery(store, { tag: { name } })) ?? (await byId(store, name)) ?? byRevision(store, name);
}

async function byQuery(store: Store, query: SessionQuery): Promise<Named | undefined> {
  const at = async (steps: number): Promise<SessionSummary | undefined> =>
    (await store.sessions({ ...query, limit: 1, offset: steps, counts: false }))[0];
  return (await at(0)) === undefined ? undefined : { at, count: () => store.countSessions(query) };
}

function byList(sessions: readonly SessionSummary[]): Named {
  return { at: (steps) => Promise.resolve(sessions[steps]), count: () => Promise.resolve(sessions.length) };
}

async function byId(store: Store, prefix: string): Promise<Named | undefined> {
  const found = await store.sessions({ idPrefix: prefix, limit: SHOWN_CANDIDATES + 1, counts: false });
  const exact = found.find((session) => session.id === prefix);
  if (exact === undefined && found.length > 1) throw ambiguous(prefix, found);
  const session = exact ?? found[0];
  return session && byList([session]);
}

async function byRevision(store: Store, prefix: string): Promise<Named | undefined> {
  const found = await store.sessions({ revision: prefix, limit: REVISION_SAMPLE, counts: false });
  const revisions = new Map(found.map((session) => [session.scm.revision, session]));
  if (revisions.size <= 1) return byQuery(store, { revision: prefix });
  if (!revisions.has(prefix)) throw ambiguous(prefix, [...revisions.values()]);
  return byList(found.filter((session) => session.scm.revision === prefix));
}

function ambiguous(prefix: string, candidates: readonly SessionSummary[]): SpanmeterError {
  return new SpanmeterError('SPANMETER_AMBIGUOUS', `'${short(prefix)}' fits several sessions; write more of it:\n${list(candidates)}`);
}

/** @param count how many sessions have the name without its `~1`, if any */
async function notFound(store: Store, name: string, count = 0): Promise<SpanmeterError> {
  const newest = await store.sessions({ limit: NEAR_SAMPLE, counts: false });
  if (newest.length === 0) return noSessions(store.location);
  const base = name.replace(BACK, '$<base>');
  const why =
    count === 0
      ? '. A session is named by the beginning of its id, a tag, a revision, or last.'
      : `: there ${count === 1 ? 'is' : 'are'} only ${count}${base === 'last' ? '' : ` called '${short(base)}'`}.`;
  const shown = count === 0 ? await nearTo(store, base, newest) : theNewest(newest);
  return new SpanmeterError('SPANMETER_NOT_FOUND', `No session is called '${short(name)}'${why} ${shown}`);
}

/** A tag of the newest sessions that was misspelt, or ids that begin as the name does; else the newest. */
async function nearTo(store: Store, name: string, newest: readonly SessionSummary[]): Promise<string> {
  const tags = newest.flatMap((session) => Object.entries(session.tags));
  const names = tags.flatMap(([tag, value]) => (typeof value === 'string' ? [tag, `${tag}=${value}`] : [tag]));
  const meant = nearest(name, ['last', ...new Set(names)]);
  if (meant !== undefined) return `Did you mean '${short(meant)}'? ${theNewest(newest)}`;
  const beginning = name.slice(0, Math.max(NEAR_BEGINNING, Math.floor(name.length / 2)));
  if (beginning.length < NEAR_BEGINNING) return theNewest(newest);
  const alike = await store.sessions({ idPrefix: beginning, limit: SHOWN_CANDIDATES + 1, counts: false });
  return alike.length === 0 ? theNewest(newest) : `Near are:\n${list(alike)}`;
}

function theNewest(newest: readonly SessionSummary[]): string {
  return `The newest are:\n${list(newest.slice(0, SHOWN_CANDIDATES))}`;
}

export function noSessions(location: string): SpanmeterError {
  return new SpanmeterError(
    'SPANMETER_NOT_FOUND',
    `There are no sessions yet in ${location}. Record one: spanmeter run -- <your test command>`,
  );
}

function list(sessions: readonly SessionSummary[]): string {
  const lines = sessions.slice(0, SHOWN_CANDIDATES).map((session) => {
    const revision = session.scm.revision === undefined ? '' : `  ${session.scm.revision.slice(0, SHOWN_ID)}`;
    return `  ${session.id.slice(0, SHOWN_ID)}${revision}  ${short(session.command)}`;
  });
  return (sessions.length > SHOWN_CANDIDATES ? [...lines, '  ...'] : lines).join('\n');
}

function short(text: string): string {
  return text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
}
