/** The texts behind the numbers of metric rows: each is asked for once, whatever the number of rows. */
import { unescapeText } from '../../model/escape.js';
import type { Tags } from '../../model/records.js';
import { Codes, type Coded } from './codes.js';
import { identityOf, type ItemRow, type StoredItem } from './item-row.js';
import type { Chunk } from './metric-rows.js';
import type { Sql } from './port.js';
import type { FoundSession } from './session-filter.js';

export interface Writer {
  readonly name: string;
  readonly context: string;
}

/** What rows share: each row's session, item and so on. */
export interface Shared {
  readonly session: Coded<FoundSession>;
  readonly writer: Coded<Writer>;
  readonly item: Coded<ItemRow>;
  readonly component: Coded<string>;
  readonly tags: Coded<Tags>;
}
export type SharedName = keyof Shared;

/** Values in one IN list. */
const AT_ONCE = 500;
/** A history has few components and sets of tags, and thousands of items and writers; a million would be too many to keep. */
const MOST_KEPT = 100_000;
/** Writers are numbered within their session. */
const MOST_WRITERS = 2 ** 24;

export class Lookups {
  readonly #sql: Sql;
  readonly #wanted: ReadonlySet<SharedName>;
  readonly #known: { readonly [Name in SharedName]: Codes<Shared[Name]['values'][number]> } = {
    session: new Codes(),
    writer: new Codes(),
    item: new Codes(),
    component: new Codes(),
    tags: new Codes(),
  };

  /** @param wanted the rest is not looked up */
  constructor(sql: Sql, wanted: ReadonlySet<SharedName>) {
    this.#sql = sql;
    this.#wanted = wanted;
  }

  /** What of `wanted` these rows share. */
  async load(chunk: Chunk): Promise<Partial<Shared>> {
    const names = [...this.#wanted];
    // A database over the network answers several in the time of one.
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await this.#encode(name, chunk)] as const)));
  }

  async #encode(name: SharedName, chunk: Chunk): Promise<Coded<unknown>> {
    const codes: Codes<unknown> = this.#known[name];
    if (codes.size > MOST_KEPT) codes.clear();
    const numbers = numbersOf(name, chunk);
    const missing = codes.missing(numbers);
    if (missing.includes(null)) codes.learn(null, name === 'component' ? '' : {});
    const asked = missing.filter((number) => number !== null);
    for (let at = 0; at < asked.length; at += AT_ONCE) await this.#learn(name, asked.slice(at, at + AT_ONCE), chunk);
    return codes.encode(numbers);
  }

  async #learn(name: SharedName, numbers: readonly number[], { sessions }: Chunk): Promise<void> {
    const { session, writer, item, component, tags } = this.#known;
    switch (name) {
      case 'session':
        for (const number of numbers) session.learn(number, sessions.get(number)!);
        return;
      case 'writer':
        return readWriters(this.#sql, numbers, writer);
      case 'item':
        return readItems(this.#sql, numbers, (number, row) => item.learn(number, row));
      case 'component':
        return readComponents(this.#sql, numbers, component);
      case 'tags':
        return readTags(this.#sql, numbers, tags);
    }
  }
}

function numbersOf(name: SharedName, { columns }: Chunk): readonly (number | null)[] {
  const { session, writer } = columns;
  return name === 'writer' ? writer.map((number, row) => session[row]! * MOST_WRITERS + number!) : columns[name]!;
}

/** The items with these numbers. */
export async function itemsByNumber(sql: Sql, numbers: readonly number[]): Promise<Map<number, ItemRow>> {
  const found = new Map<number, ItemRow>();
  for (let at = 0; at < numbers.length; at += AT_ONCE)
    await readItems(sql, numbers.slice(at, at + AT_ONCE), (number, row) => found.set(number, row));
  return found;
}

async function readItems(sql: Sql, numbers: readonly number[], learn: (number: number, row: ItemRow) => void): Promise<void> {
  const columns = 'item, kind, project, file, describe, name, variant, ordinal';
  for (const [item, ...row] of await sql.rows<StoredItem>(`SELECT ${columns} FROM items WHERE item IN (${numbers.join(', ')})`)) {
    learn(item, identityOf(...row));
  }
}

async function readComponents(sql: Sql, numbers: readonly number[], into: Codes<string>): Promise<void> {
  const rows = await sql.rows<[number, string]>(`SELECT component, name FROM components WHERE component IN (${numbers.join(', ')})`);
  for (const [number, name] of rows) into.learn(number, unescapeText(name));
}

async function readTags(sql: Sql, numbers: readonly number[], into: Codes<Tags>): Promise<void> {
  const rows = await sql.rows<[number, string]>(`SELECT tags, json FROM reading_tags WHERE tags IN (${numbers.join(', ')})`);
  for (const [number, json] of rows) into.learn(number, JSON.parse(json) as Tags);
}

/** @param numbers with their sessions */
async function readWriters(sql: Sql, numbers: readonly number[], into: Codes<Writer>): Promise<void> {
  const sessions = [...new Set(numbers.map((number) => Math.floor(number / MOST_WRITERS)))];
  const asked = new Set(numbers);
  const rows = await sql.rows<[number, number, string, string | null]>(
    `SELECT w.session, w.writer, w.name, c.hash FROM writers w JOIN sessions s ON s.session = w.session
     LEFT JOIN contexts c ON c.context = coalesce(w.context, s.context) WHERE w.session IN (${sessions.join(', ')})`,
  );
  for (const [session, writer, name, hash] of rows) {
    const number = session * MOST_WRITERS + writer;
    if (asked.has(number)) into.learn(number, { name: unescapeText(name), context: hash ?? '' });
  }
}
