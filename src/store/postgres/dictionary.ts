/**
 * What many rows name, as small integers. New ones are stored before the transaction that needs them, each set in a statement of its
 * own and sorted: nobody holds some while waiting for others. Should the transaction fail, they are rows that nothing names.
 */
import { escapeText } from '../../model/escape.js';
import type { Identity } from '../../model/records.js';
import { KnownItems } from '../sql/known-items.js';
import type { Connections } from './connections.js';
import { FOREIGN_ITEM_KEY, ITEM_KEY, keyOf, PACKAGE_KEY } from './schema.js';

/** Numbers of one table's rows by their key. */
export async function numbersOf(
  connections: Connections,
  table: Table,
  texts: ReadonlyMap<string, readonly unknown[]>,
): Promise<Map<string, number>> {
  const find = `SELECT ${table.key}, ${table.number} FROM ${table.name} WHERE (${table.key}) = ANY(?::text[])`;
  const found = new Map(await connections.rows<[string, number]>(find, [...texts.keys()]));
  const missing = [...texts.keys()].filter((key) => !found.has(key));
  if (missing.length === 0) return found;
  const places = new Map(missing.map((key, place) => [key, place]));
  const sorted = [...missing].sort();
  const columns = table.columns.map((_, column) => sorted.map((key) => texts.get(key)![column]));
  await connections.rows(
    insertInto(table),
    ...columns,
    sorted.map((key) => places.get(key)),
  );
  for (const [key, number] of await connections.rows<[string, number]>(find, missing)) found.set(key, number);
  return found;
}

/** Numbered in the order in which they came, as SQLite does, and inserted in that of the arrays. */
function insertInto({ name, number, columns }: Table): string {
  const names = columns.map(([column]) => column).join(', ');
  const arrays = columns.map(([, type]) => `?::${type}[]`).join(', ');
  return `INSERT INTO ${name} (${number}, ${names})
    SELECT number, ${names} FROM (
      SELECT nextval(pg_get_serial_sequence('${name}', '${number}')) AS number, came.* FROM (
        SELECT * FROM unnest(${arrays}, ?::integer[]) WITH ORDINALITY AS sent (${names}, place, at) ORDER BY place
      ) came
    ) numbered ORDER BY at ON CONFLICT DO NOTHING`;
}

export interface Table {
  readonly name: string;
  readonly number: string;
  readonly key: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

export const COMPONENTS: Table = { name: 'components', number: 'component', key: 'name', columns: [['name', 'text']] };
const TAGS: Table = { name: 'reading_tags', number: 'tags', key: 'json', columns: [['json', 'text']] };
export const ITEMS: Table = {
  name: 'items',
  number: 'item',
  key: ITEM_KEY,
  columns: [
    ['file', 'text'],
    ['name', 'text'],
    ['variant', 'text'],
    ['describe', 'text'],
    ['kind', 'text'],
    ['project', 'text'],
    ['ordinal', 'bigint'],
  ],
};
export const PACKAGES: Table = {
  name: 'packages',
  number: 'package',
  key: PACKAGE_KEY,
  columns: [
    ['name', 'text'],
    ['version', 'text'],
  ],
};
/** Those that metrics name before anybody has put them. */
export const PLACEHOLDERS: Table = {
  name: 'sessions',
  number: 'session',
  key: 'id',
  columns: [
    ['id', 'text'],
    ['known', 'integer'],
    ['started_at', 'bigint'],
  ],
};
export const FOREIGN_ITEMS: Table = {
  name: 'foreign_items',
  number: 'foreign_item',
  key: FOREIGN_ITEM_KEY,
  columns: [
    ['item_path', 'text'],
    ['name', 'text'],
    ['item_variant', 'text'],
    ['item_fs_loc', 'text'],
    ['kind', 'text'],
    ['component', 'text'],
    ['item', 'integer'],
  ],
};
export const CONTEXTS: Table = { name: 'contexts', number: 'context', key: 'hash', columns: [['hash', 'text']] };

/** Beyond it they are forgotten: a server that meets ever new texts stays small. */
const LIMIT = 100_000;

/** A table of one text. */
class Texts {
  readonly #known = new Map<string, number>();

  constructor(
    readonly connections: Connections,
    readonly table: Table,
    readonly stored: (text: string) => string,
  ) {}

  /** Makes the texts known. */
  async learn(texts: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
    const numbers = new Map<string, number>();
    const missing = new Map<string, string>();
    for (const text of texts) {
      const number = this.#known.get(text);
      if (number === undefined) missing.set(this.stored(text), text);
      else numbers.set(text, number);
    }
    if (missing.size === 0) return numbers;
    const found = await numbersOf(this.connections, this.table, new Map([...missing.keys()].map((key) => [key, [key]])));
    if (this.#known.size + found.size > LIMIT) this.#known.clear();
    for (const [key, number] of found) {
      const text = missing.get(key)!;
      this.#known.set(text, number);
      numbers.set(text, number);
    }
    return numbers;
  }
}

export class Dictionary {
  readonly components: Texts;
  readonly tags: Texts;
  readonly #connections: Connections;
  readonly #items = new KnownItems();

  constructor(connections: Connections) {
    this.#connections = connections;
    this.components = new Texts(connections, COMPONENTS, escapeText);
    this.tags = new Texts(connections, TAGS, (json) => json);
  }

  /** The number of each identity, in their order. */
  async items(identities: readonly Identity[]): Promise<number[]> {
    const numbers = identities.map((identity) => this.#items.get(identity));
    const missing = new Map<string, { readonly values: readonly unknown[]; readonly at: number[] }>();
    for (const [at, number] of numbers.entries()) {
      if (number !== undefined) continue;
      const values = valuesOf(identities[at]!);
      const key = keyOf(values);
      const same = missing.get(key);
      if (same === undefined) missing.set(key, { values, at: [at] });
      else same.at.push(at);
    }
    if (missing.size === 0) return numbers as number[];
    const texts = new Map([...missing].map(([key, { values }]) => [key, values]));
    for (const [key, item] of await numbersOf(this.#connections, ITEMS, texts)) {
      const { at } = missing.get(key)!;
      const identity = identities[at[0]!]!;
      if (this.#items.get(identity) === undefined) this.#items.add(identity, item);
      for (const index of at) numbers[index] = item;
    }
    return numbers as number[];
  }
}

function valuesOf({ file, name, variant, describe, kind, project, ordinal }: Identity): readonly unknown[] {
  const titles = JSON.stringify(describe.map(escapeText));
  return [escapeText(file), escapeText(name), escapeText(variant), titles, escapeText(kind), escapeText(project), ordinal];
}
