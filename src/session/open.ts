/** Opens a session, or joins the one that was handed over. */
import { join } from 'node:path';
import { collector } from '../collector/index.js';
import {
  HAND_OVER_VARIABLE,
  decodeHandOver,
  encodeHandOver,
  threadRecorder,
  type HandOver,
  type WorkerOptions,
} from '../recorder/index.js';
import { askOwner } from './asked.js';
import { holdTo, type Held } from './budget.js';
import { JoinedSession } from './joined.js';
import { resolveOptions, resolveOptionsNow, resolveOptionsOrWarn, type Options, type ResolvedOptions } from './options/index.js';
import { OwnSession } from './own.js';
import { ignoreFolder, journalHome, makePlace, spareHome, type OwnPlace } from './place.js';
import type { Session, SessionFacts } from './session.js';

export async function openOrJoin(given: Partial<Options>, facts: SessionFacts): Promise<Session> {
  const options = await (facts.lenient === true ? resolveOptionsOrWarn : resolveOptions)(given);
  // Before anything is made: a mistake in a budget leaves nothing behind.
  return notOwn(options) ?? own(options, facts, await holdTo(options, facts.lenient === true));
}

/** For who can't wait; mistakes in options become warnings. */
export function openOrJoinNow(given: Partial<Options>, facts: SessionFacts): Session {
  const options = resolveOptionsNow(given);
  return notOwn(options) ?? own(options, facts, holdTo(options, true));
}

/** Switched off, or somebody else's. */
function notOwn(options: ResolvedOptions): Session | undefined {
  if (!options.enabled) return new JoinedSession('', options, {});
  const outer = decodeHandOver(process.env[HAND_OVER_VARIABLE]);
  return outer && joinOuter(outer, options);
}

/** What was said here goes before what the owner found, and what the owner was told before both. */
function joinOuter(outer: HandOver, options: ResolvedOptions): Session {
  const handOver: HandOver = {
    ...outer,
    options: over(over(outer.options, forWorkers(options.named)), outer.given),
    given: over(forWorkers(options.given), outer.given),
  };
  askOwner(outer, options);
  const recorder = threadRecorder();
  if (!recorder.isRecording) recorder.join(handOver);
  return new JoinedSession(outer.id, { ...options, root: outer.root }, hand(handOver));
}

function own(options: ResolvedOptions, facts: SessionFacts, held: Held | undefined | Promise<Held | undefined>): Session {
  const id = newId();
  const warnings = [...options.warnings];
  const places = makePlaces(id, options.root, warnings);
  const [first, spare = first] = places;
  if (first === undefined || spare === undefined) return new JoinedSession(id, options, {}, warnings);
  const { scopes, gc, peak } = options;
  const handOver: HandOver = {
    id,
    folder: first.folder,
    spare: spare.folder,
    root: options.root,
    options: { scopes, gc, peak, ...forWorkers(options) },
    given: forWorkers(options.given),
  };
  threadRecorder().join(handOver);
  return new OwnSession(id, options, places, hand(handOver), warnings, facts, held);
}

/** Not by Node, where the add-on can: see src/context/sha256.ts. */
function newId(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return collector().binding.randomId() || (require('node:crypto') as typeof import('node:crypto')).randomBytes(16).toString('hex');
}

/** The journal folder of the project, and the one in the temporary folder; at least one of them, or a warning. */
function makePlaces(id: string, root: string, warnings: string[]): OwnPlace[] {
  const { binding } = collector();
  const home = journalHome(root);
  try {
    ignoreFolder(join(root, '.spanmeter'));
  } catch {
    // The same trouble comes up, and is told, with the folder for the journals.
  }
  const made = [home, spareHome(root)].map((each) => makePlace(binding, each, id));
  const places = made.filter((place) => typeof place !== 'string');
  const failures = made.filter((place) => typeof place === 'string');
  if (places.length === 0)
    warnings.push(
      `Nothing is recorded: no folder for journals could be made (${failures.join('; ')}). Set TMPDIR to a folder that can be written.`,
    );
  return places;
}

function hand(handOver: HandOver): { [HAND_OVER_VARIABLE]: string } {
  const environment = { [HAND_OVER_VARIABLE]: encodeHandOver(handOver) };
  Object.assign(process.env, environment);
  return environment;
}

/** Those of the options that workers need. */
function forWorkers({ scopes, probes, gc, peak, component, componentPrefix, include, exclude }: Partial<Options>): Partial<WorkerOptions> {
  const needed = { scopes, probes, gc, peak, component, componentPrefix, include, exclude };
  return Object.fromEntries(Object.entries(needed).filter(([, value]) => value !== undefined));
}

/** A component and a prefix exclude each other here as well. */
function over<T extends Partial<WorkerOptions>>(lower: T, higher: Partial<WorkerOptions>): T {
  const { component: _, componentPrefix: __, ...rest } = lower;
  const isSaid = higher.component !== undefined || higher.componentPrefix !== undefined;
  return { ...((isSaid ? rest : lower) as T), ...higher };
}
