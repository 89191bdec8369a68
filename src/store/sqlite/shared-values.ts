/** What the rows of one session share. */
import { unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import type { Statements } from './statements.js';

interface Writer {
  readonly name: string;
  readonly context: string;
}

/** By number: what is made once for a query, not once for a row. */
export class SharedValues {
  readonly id: string;
  readonly startedAt: number;
  readonly #statements: Statements;
  readonly #writers: ReadonlyMap<number, Writer>;
  readonly #components = new Map<number, string>();

  constructor(statements: Statements, id: string, session: number) {
    this.#statements = statements;
    this.id = id;
    this.startedAt = statements.number('SELECT started_at FROM sessions WHERE session = ?', session)!;
    const writers = statements.rows<[number, string, string | null]>(
      `SELECT w.writer, w.name, c.hash FROM writers w JOIN sessions s ON s.session = w.session
       LEFT JOIN contexts c ON c.context = coalesce(w.context, s.context) WHERE w.session = ?`,
      session,
    );
    this.#writers = new Map(writers.map(([writer, name, hash]) => [writer, { name: unescapeText(name), context: hash ?? '' }]));
  }

  writer(number: number): Writer {
    return this.#writers.get(number)!;
  }

  component(number: number | null): string {
    if (number === null) return '';
    let name = this.#components.get(number);
    if (name === undefined) {
      name = unescapeText(this.#statements.value('SELECT name FROM components WHERE component = ?', number) as string);
      this.#components.set(number, name);
    }
    return name;
  }

  tags(number: number | null): Tags {
    if (number === null) return {};
    return JSON.parse(this.#statements.value('SELECT json FROM reading_tags WHERE tags = ?', number) as string) as Tags;
  }
}
