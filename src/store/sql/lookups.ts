/** The texts behind the numbers of metric rows: each is asked for once, whatever the number of rows. */
import { unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import { identityOf, type ItemRow, type StoredItem } from './item-row.js';
import type { FactRow } from './metric-rows.js';
import type { Sql } from './port.js';

export interface Writer {
  readonly name: string;
  readonly context: string;
}

/** Values in one IN list. */
const AT_ONCE = 500;
/** A history has few components and sets of tags, and thousands of items; a million would be too many to keep. */
const MOST_ITEMS = 100_000;

export class Lookups {
  readonly #sql: Sql;
  readonly #items = new Map<number, ItemRow>();
  readonly #components = new Map<number, string>();
  readonly #tags = new Map<number, Tags>();
  /** By session, then writer: of the rows that were loaded last. */
  #writers = new Map<number, Map<number, Writer>>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** After it, the four functions below know everything that these rows name. */
  async load(rows: readonly FactRow[]): Promise<void> {
    const sessions = [...new Set(rows.map(([session]) => session))];
    if (this.#items.size > MOST_ITEMS) this.#items.clear();
    // A database over the network answers several in the time of one.
    await Promise.all([
      this.#learnWriters(sessions),
      this.#fill(this.#items, rows.map(([, item]) => item), readItems), // prettier-ignore
      this.#fill(this.#components, rows.map((row) => row[6]), readComponents), // prettier-ignore
      this.#fill(this.#tags, rows.map((row) => row[11]), readTags), // prettier-ignore
    ]);
  }

  item(number: number): ItemRow {
    return this.#items.get(number)!;
  }

  writer(session: number, number: number): Writer {
    return this.#writers.get(session)!.get(number)!;
  }

  component(number: number | null): string {
    return number === null ? '' : this.#components.get(number)!;
  }

  tags(number: number | null): Tags {
    return number === null ? {} : this.#tags.get(number)!;
  }

  async #learnWriters(sessions: readonly number[]): Promise<void> {
    if (sessions.some((session) => !this.#writers.has(session))) this.#writers = await readWriters(this.#sql, sessions);
  }

  async #fill<T>(known: Map<number, T>, numbers: readonly (number | null)[], read: Read<T>): Promise<void> {
    const missing = [...new Set(numbers)].filter((number): number is number => number !== null && !known.has(number));
    for (let at = 0; at < missing.length; at += AT_ONCE) await read(this.#sql, missing.slice(at, at + AT_ONCE), known);
  }
}

type Read<T> = (sql: Sql, numbers: readonly number[], into: Map<number, T>) => Promise<void>;

/** The items with these numbers. */
export async function itemsByNumber(sql: Sql, numbers: readonly number[]): Promise<Map<number, ItemRow>> {
  const found = new Map<number, ItemRow>();
  for (let at = 0; at < numbers.length; at += AT_ONCE) await readItems(sql, numbers.slice(at, at + AT_ONCE), found);
  return found;
}

async function readItems(sql: Sql, numbers: readonly number[], into: Map<number, ItemRow>): Promise<void> {
  const columns = 'item, kind, project, file, describe, name, variant, ordinal';
  for (const [item, ...row] of await sql.rows<StoredItem>(`SELECT ${columns} FROM items WHERE item IN (${numbers.join(', ')})`)) {
    into.set(item, identityOf(...row));
  }
}

async function readComponents(sql: Sql, numbers: readonly number[], into: Map<number, string>): Promise<void> {
  const rows = await sql.rows<[number, string]>(`SELECT component, name FROM components WHERE component IN (${numbers.join(', ')})`);
  for (const [number, name] of rows) into.set(number, unescapeText(name));
}

async function readTags(sql: Sql, numbers: readonly number[], into: Map<number, Tags>): Promise<void> {
  const rows = await sql.rows<[number, string]>(`SELECT tags, json FROM reading_tags WHERE tags IN (${numbers.join(', ')})`);
  for (const [number, json] of rows) into.set(number, JSON.parse(json) as Tags);
}

async function readWriters(sql: Sql, sessions: readonly number[]): Promise<Map<number, Map<number, Writer>>> {
  const rows = await sql.rows<[number, number, string, string | null]>(
    `SELECT w.session, w.writer, w.name, c.hash FROM writers w JOIN sessions s ON s.session = w.session
     LEFT JOIN contexts c ON c.context = coalesce(w.context, s.context) WHERE w.session IN (${sessions.join(', ')})`,
  );
  const found = new Map<number, Map<number, Writer>>(sessions.map((session) => [session, new Map<number, Writer>()]));
  for (const [session, writer, name, hash] of rows) found.get(session)!.set(writer, { name: unescapeText(name), context: hash ?? '' });
  return found;
}
