/**
 * What a process that joined a session asks of its owner: the plugin of a runner, a run inside the run. It lies beside the journals, and
 * the owner reads it at the end.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collector } from '../collector/index.js';
import type { SessionRecord } from '../model/records.js';
import { placeWithoutCredentials } from '../model/url.js';
import type { JournalPlace } from '../recorder/journal-writer.js';
import { OPTIONS, type Options, type ResolvedOptions } from './options/index.js';

const SUFFIX = '.asked.json';
/** How the files are called. */
export const ASKED = /^\d+-\d+\.asked\.json$/;

/** Settled when the session was opened. The token is nothing without the server. */
const SETTLED = ['db', 'remote', 'remoteTimeout', 'quiet', 'root'] as const satisfies readonly (keyof Options)[];
type Settled = (typeof SETTLED)[number];

export interface Asked {
  readonly budget?: string | true;
  readonly given: Readonly<Partial<Pick<Options, 'tags' | 'description'>>>;
  /** As text, without passwords. */
  readonly settled: Readonly<Partial<Record<Settled, string>>>;
  /** Mistakes among the options, which only the owner can say. */
  readonly warnings: readonly string[];
}

export function askOwner({ folder, spare }: JournalPlace, options: ResolvedOptions): void {
  const { budget, given, warnings } = options;
  const { tags, description } = given;
  const settled = Object.fromEntries(SETTLED.filter((key) => given[key] !== undefined).map((key) => [key, asText(given[key])]));
  const asked: Asked = {
    ...(budget !== undefined && budget !== false && { budget }),
    given: { ...(tags && { tags }), ...(description !== undefined && { description }) },
    settled,
    warnings,
  };
  if (asked.budget === undefined && [asked.given, settled, warnings].every((each) => Object.keys(each).length === 0)) return;
  // By name in the order of time: a run comes before the plugin of the runner in it.
  const name = `${collector().binding.now()}-${process.pid}${SUFFIX}`;
  for (const each of [folder, spare]) {
    try {
      writeFileSync(join(each, name), JSON.stringify(asked));
      return;
    } catch {
      // The other one, then; without both nothing is recorded either.
    }
  }
}

/** Oldest first. */
export function readAsked(folders: readonly string[]): Asked[] {
  const files = folders.flatMap((folder) => namesIn(folder).map((name) => ({ name, path: join(folder, name) })));
  return files.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ path }) => readOne(path));
}

/** What the owner itself was given goes first, then who asked first. What the owner found elsewhere comes last. */
export function withAsked(session: SessionRecord, asked: readonly Asked[], { given }: ResolvedOptions): SessionRecord {
  const all = [given, ...asked.map((each) => each.given)];
  const description = all.find((each) => each.description !== undefined)?.description ?? session.description;
  // Not by assignment: a tag may be called __proto__.
  const tags = Object.fromEntries([session, ...all.reverse()].flatMap((each) => Object.entries(each.tags ?? {})));
  return { ...session, description, tags };
}

/** @returns a sentence for each trouble that only the owner can tell */
export function troubleOf(asked: readonly Asked[], options: ResolvedOptions): string[] {
  const isLost = (key: Settled): boolean =>
    options.given[key] === undefined && asked.some(({ settled }) => settled[key] !== undefined && settled[key] !== asText(options[key]));
  const lost = SETTLED.filter(isLost).map((key) => {
    const { flag } = OPTIONS.find((row) => row.key === key)!;
    return flag === undefined ? key : `${key} (${flag.name})`;
  });
  const mistakes = asked.flatMap(({ warnings }) => warnings);
  if (lost.length === 0) return mistakes;
  const remedy = "Give them to what opens it ('spanmeter run', say), or put them into its configuration.";
  return [
    ...mistakes,
    `The session was open when these options were given inside it, and goes on without them: ${lost.join(', ')}. ${remedy}`,
  ];
}

function asText(value: string | number | boolean | undefined): string {
  return typeof value === 'string' ? placeWithoutCredentials(value) : String(value);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => ASKED.test(name));
  } catch {
    // It was deleted meanwhile, with all that was measured.
    return [];
  }
}

function readOne(path: string): Asked[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8')) as Asked];
  } catch {
    // Who asked was killed before it had written that.
    return [];
  }
}
