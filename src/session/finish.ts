/** The end of a session: delivery, the summary's facts, and what earlier runs left behind. */
import { messageOf } from '../model/errors.js';
import type { SessionRecord } from '../model/records.js';
import type { Store } from '../store/contract.js';
import { IN_MEMORY, openStore } from '../store/index.js';
import { deliver, NOTHING, type Delivery } from './deliver.js';
import type { Held } from './budget.js';
import { sayUnread } from './journals.js';
import { leavePlaces } from './leave.js';
import type { ResolvedOptions } from './options/index.js';
import { listJournals, type OwnPlace } from './place.js';
import { recoverInto, type Recovered } from './recover.js';
import { isForGood, now, sendJournals, sendWaiting, serverOf, type Waiting } from './send.js';
import type { SessionResult } from './session.js';
import { summarize } from './summarize.js';

export async function finish(
  session: SessionRecord,
  options: ResolvedOptions,
  places: readonly OwnPlace[],
  warnings: string[],
  held: Held | undefined,
): Promise<SessionResult> {
  const kept = options.db === false ? undefined : await intoHistory(options.db, session, options.root, places, warnings, held);
  // Without a history, or with one in trouble, the summary comes from a store that lives as long as it is read.
  const { delivery, summary } = kept ?? (await inMemory(session, places, warnings, held));
  if (delivery.torn > 0)
    warnings.push(`${delivery.torn} journal ${delivery.torn === 1 ? 'line was' : 'lines were'} torn or damaged; the rest was kept.`);
  warnings.push(...sayUnread(delivery.unread, options.db !== false ? 'spanmeter recover' : options.remote && 'spanmeter push'));
  const remote = options.remote === undefined ? undefined : await toServer(options.remote, session, options, places, warnings);
  const failure = leavePlaces(places, session, options, {
    isStored: kept !== undefined || options.db === false,
    isSent: remote !== undefined || options.remote === undefined,
    unread: delivery.unread,
  });
  if (failure !== undefined) warnings.push(`What is known of the session could not be kept: ${failure}.`);
  const result = { session, delivered: kept?.delivery.delivered ?? 0, torn: delivery.torn, warnings };
  const location = kept?.location;
  const where = { ...(location && { location }), ...(remote && { remote }) };
  return { ...result, ...where, ...(summary && { summary: { ...summary, ...where, isElsewhere: options.isElsewhere, warnings } }) };
}

/** @returns undefined when it could not be had: the warning says so, and what is left is sent later */
async function toServer(
  given: string,
  session: SessionRecord,
  { token, root, remoteTimeout }: ResolvedOptions,
  places: readonly OwnPlace[],
  warnings: string[],
): Promise<SessionResult['remote']> {
  const deadline = now() + remoteTimeout * 1000;
  const server = serverOf(given, token);
  try {
    const { rows, fresh } = await sendJournals(server, session, foldersOf(places), deadline);
    const earlier = await sendWaiting(root, (remote) => (remote === server.url ? server : undefined), deadline);
    const [first] = earlier.filter(({ failure, refused }) => failure !== undefined && refused === undefined);
    if (first !== undefined)
      warnings.push(`Records of earlier runs still wait for the server: ${first.failure} 'spanmeter push' sends them.`);
    warnings.push(...sayRefused(earlier.filter(({ refused }) => refused !== undefined)));
    return { location: server.url, rows, fresh };
  } catch (thrown) {
    const rest = isForGood(thrown)
      ? `It will not take them: to be rid of them, remove ${foldersOf(places).join(' and ')}.`
      : "They are kept: the next run sends them, or 'spanmeter push'.";
    warnings.push(`The records were not sent: ${messageOf(thrown)} ${rest}`);
    return undefined;
  }
}

/** One warning, however many there are. */
function sayRefused([first, ...others]: readonly Waiting[]): string[] {
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` So it does with ${others.length} more, which 'spanmeter push' lists.`;
  const remedy = `To be rid of it, remove ${first.refused!.join(' and ')}.`;
  return [`The server refuses the records of an earlier run: ${first.failure} ${remedy}${more}`];
}

interface Finished {
  readonly delivery: Delivery;
  readonly location?: string;
  readonly summary?: Awaited<ReturnType<typeof summarize>>;
}

async function intoHistory(
  db: string,
  session: SessionRecord,
  root: string,
  places: readonly OwnPlace[],
  warnings: string[],
  held: Held | undefined,
): Promise<Finished | undefined> {
  try {
    return await withStore(db, async (store) => {
      const delivery = await deliver(store, session, foldersOf(places));
      const summary = await summarize(store, session, held);
      warnings.push(...(await recoverInto(store, root, db)).filter(({ goesOn }) => goesOn !== true).flatMap(sayRecovered));
      return { delivery, summary, location: store.location };
    });
  } catch (thrown) {
    const folder = places.find((place) => listJournals(place.folder).length > 0)?.folder ?? foldersOf(places).join();
    warnings.push(
      `The history was not written: ${sentence(messageOf(thrown))} The run's records are kept in ${folder}; 'spanmeter recover' delivers them.`,
    );
    return undefined;
  }
}

async function inMemory(
  session: SessionRecord,
  places: readonly OwnPlace[],
  warnings: string[],
  held: Held | undefined,
): Promise<Finished> {
  try {
    return await withStore(IN_MEMORY, async (store) => {
      const delivery = await deliver(store, session, foldersOf(places));
      return { delivery, summary: await summarize(store, session, held) };
    });
  } catch (thrown) {
    warnings.push(`There is no summary${held === undefined ? '' : ', and no budget was checked'}: ${messageOf(thrown)}`);
    return { delivery: NOTHING };
  }
}

/** The system's own messages end without a full stop. */
function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function sayRecovered({ session, delivered, torn, unread, failure }: Recovered): string[] {
  const earlier = `An earlier run ended before its records were delivered (session ${session.slice(0, 8)})`;
  if (failure !== undefined) return [`${earlier}, and they cannot be delivered now: ${failure}`];
  // It was said before that there is more.
  const now = delivered + torn === 0 ? [] : [`${earlier}; recovered now: ${delivered}.`];
  return [...now, ...sayUnread(unread, 'spanmeter recover')];
}

export async function withStore<T>(location: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(location);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function foldersOf(places: readonly OwnPlace[]): string[] {
  return places.map((place) => place.folder);
}
