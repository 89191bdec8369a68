/** What a session says, as columns. */
import type { Session } from '../entities.js';
import type { Cell, Field } from '../frame/table.js';

export interface Fact<T> extends Field {
  readonly of: (entity: T) => Cell | undefined;
}

/** What metrics take over from their sessions. */
export const SESSION_FACTS: readonly Fact<Session>[] = [
  { name: 'session_started_at', type: 'instant', of: ({ startedAt }) => startedAt },
  { name: 'revision', type: 'text', of: ({ scm }) => scm.revision },
  { name: 'branch', type: 'text', of: ({ scm }) => scm.branch },
  { name: 'dirty', type: 'boolean', of: ({ scm }) => scm.dirty },
  { name: 'description', type: 'text', of: ({ description }) => description },
  { name: 'command', type: 'text', of: ({ command }) => command },
];

export const SESSION_COLUMNS: readonly Fact<Session>[] = [
  { name: 'session', type: 'text', of: ({ id }) => id },
  ...SESSION_FACTS,
  { name: 'finished_at', type: 'instant', of: ({ finishedAt }) => finishedAt },
  { name: 'exit_code', type: 'integer', of: ({ exitCode }) => exitCode },
  { name: 'root', type: 'text', of: ({ root }) => root },
  { name: 'lockfile_hash', type: 'text', of: ({ lockfileHash }) => lockfileHash },
  { name: 'tags', type: 'json', of: ({ tags }) => JSON.stringify(tags) },
  { name: 'context', type: 'text', of: ({ context }) => context?.hash },
  { name: 'foreign', type: 'boolean', of: ({ foreign }) => foreign ?? false },
];

export interface SessionExtras {
  /** Tags to become columns `tag.<name>`: texts as they are, other values as JSON. */
  readonly tags?: readonly string[];
  /** Dependencies whose versions become columns `package.<name>`. */
  readonly packages?: readonly string[];
}

export function extraColumns({ tags = [], packages = [] }: SessionExtras): Fact<Session>[] {
  return [
    ...tags.map((name): Fact<Session> => ({ name: `tag.${name}`, type: 'text', of: (session) => tagCell(session, name) })),
    ...packages.map((name): Fact<Session> => ({ name: `package.${name}`, type: 'text', of: (session) => versionOf(session, name) })),
  ];
}

function tagCell({ tags }: Session, name: string): Cell {
  if (!Object.hasOwn(tags, name)) return null;
  const value = tags[name];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A project may have several versions of one package. */
function versionOf({ packages }: Session, wanted: string): Cell {
  const versions = packages.filter(({ name }) => name === wanted).map(({ version }) => version);
  return versions.length === 0 ? null : versions.join(', ');
}
