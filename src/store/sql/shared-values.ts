/** What the rows of one session share. */
import { unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import { ask, askValue, type Asking } from './ask.js';
import type { Dialect } from './port.js';

interface Writer {
  readonly name: string;
  readonly context: string;
}

/** By number: what is made once for a query, not once for a row. */
export interface SharedValues {
  readonly id: string;
  readonly startedAt: number;
  readonly writers: ReadonlyMap<number, Writer>;
  readonly components: ReadonlyMap<number, string>;
  readonly tags: ReadonlyMap<number, Tags>;
}

/** @param components and `tags`: those that the rows name */
export function* readSharedValues(
  dialect: Dialect,
  id: string,
  session: number,
  components: ReadonlySet<number>,
  tags: ReadonlySet<number>,
): Asking<SharedValues> {
  const startedAt = (yield* askValue<number>('SELECT started_at FROM sessions WHERE session = ?', session))!;
  const writers = yield* ask<[number, string, string | null]>(
    `SELECT w.writer, w.name, c.hash FROM writers w JOIN sessions s ON s.session = w.session
     LEFT JOIN contexts c ON c.context = coalesce(w.context, s.context) WHERE w.session = ?`,
    session,
  );
  return {
    id,
    startedAt,
    writers: new Map(writers.map(([writer, name, hash]) => [writer, { name: unescapeText(name), context: hash ?? '' }])),
    components: yield* textsOf(`SELECT component, name FROM components WHERE ${dialect.among('component', '?')}`, components, unescapeText),
    tags: yield* textsOf(
      `SELECT tags, json FROM reading_tags WHERE ${dialect.among('tags', '?')}`,
      tags,
      (json) => JSON.parse(json) as Tags,
    ),
  };
}

function* textsOf<T>(sql: string, numbers: ReadonlySet<number>, read: (text: string) => T): Asking<Map<number, T>> {
  if (numbers.size === 0) return new Map<number, T>();
  const rows = yield* ask<[number, string]>(sql, JSON.stringify([...numbers]));
  return new Map(rows.map(([number, text]) => [number, read(text)]));
}
