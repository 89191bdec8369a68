import { isDeepStrictEqual } from 'node:util';
import { localTime } from '../../model/instant.js';
import type { Session } from '../entities.js';
import type { ColumnChoice } from '../frame/frame.js';
import { Contexts } from './contexts.js';
import { List } from './list.js';
import { printed, shortId } from './printed.js';
import { extraColumns, SESSION_COLUMNS, type Fact, type SessionExtras } from './session-columns.js';

/** Names of tags that are there, or names with their values. */
export type TagsWanted = string | readonly string[] | Readonly<Record<string, unknown>>;

export type SessionFrameOptions = ColumnChoice & SessionExtras;

export class Sessions extends List<Session, SessionFrameOptions> {
  static of(sessions: Iterable<Session>): Sessions {
    return new Sessions([...sessions]);
  }

  protected keyOf({ id }: Session): string {
    return id;
  }

  protected columnsFor(options: SessionFrameOptions = {}): readonly Fact<Session>[] {
    return [...SESSION_COLUMNS, ...extraColumns(options)];
  }

  protected with(sessions: readonly Session[]): this {
    return new Sessions(sessions) as this;
  }

  /** Those that have all of these tags. */
  withTags(wanted: TagsWanted): this {
    const names = typeof wanted === 'string' ? [wanted] : Array.isArray(wanted) ? (wanted as readonly string[]) : Object.keys(wanted);
    const values = typeof wanted === 'string' || Array.isArray(wanted) ? undefined : (wanted as Readonly<Record<string, unknown>>);
    return this.filter(({ tags }) =>
      names.every((name) => Object.hasOwn(tags, name) && (values === undefined || isDeepStrictEqual(tags[name], values[name]))),
    );
  }

  /** Those of this source revision, or of those that begin so. */
  withScm(revision: string): this {
    return this.filter(({ scm }) => scm.revision?.startsWith(revision) === true);
  }

  /** Where they ran, each once. */
  contexts(): Contexts {
    return Contexts.of(this.map(({ context }) => context).filter((context) => context !== undefined)).unique();
  }

  toString(): string {
    return printed('sessions', this, [
      { heading: 'session', text: ({ id }) => shortId(id) },
      { heading: 'started', text: ({ startedAt }) => localTime(startedAt) },
      { heading: 'revision', text: ({ scm }) => shortId(scm.revision ?? '') },
      { heading: 'branch', text: ({ scm }) => scm.branch ?? '' },
      { heading: 'machine', text: ({ context }) => context?.machine ?? '' },
      { heading: 'command', text: ({ command }) => command },
      { heading: 'tags', text: ({ tags }) => Object.entries(tags).map(tagText).join(', ') },
    ]);
  }
}

function tagText([name, value]: [string, unknown]): string {
  if (value === true) return name;
  return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}
