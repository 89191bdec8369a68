/** Finds the session that somebody named on a command line or in a call. */
import { SpanmeterError } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import type { SessionQuery, SessionSummary, Store } from '../store/contract.js';

const BACK = /^(?<base>.+)~(?<steps>\d{1,6})$/s;
const SHOWN_CANDIDATES = 5;
const SHOWN_ID = 12;
const SHOWN_TEXT = 60;
/** So many sessions of a revision prefix are looked at to see whether it means one revision. */
const REVISION_SAMPLE = 200;

/**
 * @param name tried in this order: `last`; a tag (`name=value`, or `name`); the beginning of an id; the beginning of a revision.
 *   What fits several sessions by tag or revision means the newest; `~1` after any of these means the one before, and so on
 * @throws SpanmeterError SPANMETER_NOT_FOUND with the newest sessions; SPANMETER_AMBIGUOUS with the candidates
 */
export async function findSession(store: Store, name: string): Promise<SessionRecord> {
  const found = (await byName(store, name, 0)) ?? (await stepsBack(store, name));
  const session = found && (await store.session(found.id));
  if (session === undefined) throw await notFound(store, name);
  return session;
}

/** Only when nothing has the name as it stands: a tag may end in `~1`. */
async function stepsBack(store: Store, name: string): Promise<SessionSummary | undefined> {
  const { base, steps } = BACK.exec(name)?.groups ?? {};
  return base === undefined ? undefined : byName(store, base, Number(steps));
}

async function byName(store: Store, name: string, steps: number): Promise<SessionSummary | undefined> {
  const nth = async (query: SessionQuery): Promise<SessionSummary | undefined> =>
    (await store.sessions({ ...query, limit: 1, offset: steps }))[0];
  if (name === 'last') return nth({});
  if (name === '') return undefined;
  const equals = name.indexOf('=');
  if (equals > 0) return taggedWith(nth, name.slice(0, equals), name.slice(equals + 1));
  return (await nth({ tag: { name } })) ?? (steps === 0 ? await byId(store, name) : undefined) ?? byRevision(store, name, steps);
}

/** Tags that came from programs may be numbers or booleans; on a command line everything is text. */
async function taggedWith(
  nth: (query: SessionQuery) => Promise<SessionSummary | undefined>,
  name: string,
  text: string,
): Promise<SessionSummary | undefined> {
  const asText = await nth({ tag: { name, value: text } });
  if (asText !== undefined) return asText;
  const value = /^(?:true|false)$/.test(text) ? text === 'true' : text.trim() === '' ? NaN : Number(text);
  return Number.isNaN(value) ? undefined : nth({ tag: { name, value } });
}

async function byId(store: Store, prefix: string): Promise<SessionSummary | undefined> {
  const found = await store.sessions({ idPrefix: prefix, limit: SHOWN_CANDIDATES + 1 });
  const exact = found.find((session) => session.id === prefix);
  if (exact === undefined && found.length > 1) throw ambiguous(prefix, found);
  return exact ?? found[0];
}

async function byRevision(store: Store, prefix: string, steps: number): Promise<SessionSummary | undefined> {
  const found = await store.sessions({ revision: prefix, limit: Math.max(REVISION_SAMPLE, steps + 1) });
  const revisions = new Map(found.map((session) => [session.scm.revision, session]));
  if (revisions.size > 1 && !revisions.has(prefix)) throw ambiguous(prefix, [...revisions.values()]);
  return found.filter((session) => revisions.size === 1 || session.scm.revision === prefix)[steps];
}

function ambiguous(prefix: string, candidates: readonly SessionSummary[]): SpanmeterError {
  return new SpanmeterError('SPANMETER_AMBIGUOUS', `'${short(prefix)}' fits several sessions; write more of it:\n${list(candidates)}`);
}

async function notFound(store: Store, name: string): Promise<SpanmeterError> {
  const newest = await store.sessions({ limit: SHOWN_CANDIDATES });
  const code = 'SPANMETER_NOT_FOUND';
  if (newest.length === 0) return noSessions(store.location);
  return new SpanmeterError(
    code,
    `No session is called '${short(name)}'. A session is named by the beginning of its id, a tag, a revision, or last. The newest are:\n${list(newest)}`,
  );
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
