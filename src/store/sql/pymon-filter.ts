/** Which metrics are asked for, as conditions on pytest-monitor's rows and on ours. */
import { matches, wanted, type Match } from './pymon-text.js';
import type { Dialect, Sql } from './port.js';
import { SHOWN, SHOWN_KIND } from './zones.js';

export interface Component {
  /** 0: none. */
  readonly number: number;
  readonly name: string;
}

/** All that is given must hold. Numbers are those of the tables. */
export interface MetricFilter {
  readonly sessions?: readonly number[];
  /** From the first to the second: where in the list of ours a page lies. */
  readonly within?: readonly [number, number];
  readonly context?: number;
  readonly components?: readonly Component[];
  readonly kind?: string;
  readonly item?: Match;
  readonly variant?: Match;
}

export interface Conditions {
  readonly where: string;
  readonly values: readonly unknown[];
}

class Builder {
  readonly conditions: string[];
  readonly values: unknown[] = [];

  constructor(...conditions: string[]) {
    this.conditions = conditions;
  }

  add(condition: string, ...values: unknown[]): void {
    this.conditions.push(condition);
    this.values.push(...values);
  }

  /** One number is compared, which every database knows how to find by an index. */
  addNumbers({ among }: Dialect, column: string, numbers: readonly number[]): void {
    if (numbers.length === 1) this.add(`${column} = ?`, numbers[0]);
    else this.add(among(column, '?'), JSON.stringify(numbers));
  }

  get built(): Conditions {
    return { where: this.conditions.length === 0 ? '1 = 1' : this.conditions.join(' AND '), values: this.values };
  }
}

/** Zones know nothing of items and contexts. */
export function areZonesEnough(filter: MetricFilter): boolean {
  return filter.context === undefined && filter.item === undefined && filter.variant === undefined;
}

/** On the table zones. */
export function zoneConditions({ dialect }: Sql, filter: MetricFilter, ...conditions: string[]): Conditions {
  const builder = new Builder(...conditions);
  if (filter.sessions !== undefined) builder.addNumbers(dialect, 'session', filter.sessions);
  if (filter.components !== undefined) builder.addNumbers(dialect, 'component', numbersOf(filter.components));
  if (filter.kind !== undefined) builder.add('kind = ?', filter.kind);
  return builder.built;
}

/** On foreign_readings f with its foreign_items i and its writers w. */
export function foreignConditions({ dialect }: Sql, filter: MetricFilter): Conditions {
  const builder = new Builder();
  if (filter.sessions !== undefined) builder.addNumbers(dialect, 'f.session', filter.sessions);
  if (filter.context !== undefined) builder.add('w.context = ?', filter.context);
  if (filter.components !== undefined) {
    const names = filter.components.map(({ name }) => name);
    builder.add(`coalesce(i.component, '') IN (${names.map(() => '?').join(', ') || 'NULL'})`, ...names);
  }
  if (filter.kind !== undefined) builder.add('i.kind = ?', filter.kind);
  if (filter.item !== undefined) builder.add(matches(dialect, 'i.name', filter.item, false), wanted(filter.item));
  if (filter.variant !== undefined) builder.add(matches(dialect, 'i.item_variant', filter.variant, false), wanted(filter.variant));
  return builder.built;
}

/** The items of ours that are asked for; undefined for all. */
export async function itemsOf(sql: Sql, filter: MetricFilter): Promise<number[] | undefined> {
  const { item, variant } = filter;
  if (item === undefined && variant === undefined) return undefined;
  const builder = new Builder();
  if (item !== undefined) builder.add(matches(sql.dialect, 'i.name', item, true), wanted(item));
  if (variant !== undefined) {
    // Where there is none, the name is shown.
    const [own, name] = ['i.variant', 'i.name'].map((column) => matches(sql.dialect, column, variant, true)) as [string, string];
    builder.add(`((i.variant <> '' AND ${own}) OR (i.variant = '' AND ${name}))`, wanted(variant), wanted(variant));
  }
  const { where, values } = builder.built;
  return (await sql.rows<[number]>(`SELECT i.item FROM items i WHERE ${where} ORDER BY i.item`, ...values)).map(([number]) => number);
}

/** Of a row of ours; 0 for none. As the index of PostgreSQL has it. */
export const COMPONENT_COLUMN = 'coalesce(component, 0)';
export const COMPONENT = 'coalesce(m.component, 0)';

/** On metrics m, its items i, its sessions s and its writers w; `joins` are those that the conditions need. */
export interface OurConditions extends Conditions {
  readonly from: string;
}

export function ourConditions({ dialect }: Sql, filter: MetricFilter, items: readonly number[] | undefined): OurConditions {
  const builder = new Builder(SHOWN);
  let from = 'metrics m';
  if (items !== undefined) {
    // The order of the joins is that of the seeks: one for each session and item.
    from = 'sessions t CROSS JOIN metrics m';
    builder.add('m.session = t.session');
    builder.addNumbers(dialect, 'm.item', items);
  }
  if (filter.within !== undefined) {
    const [first, last] = filter.within;
    if (first === last) builder.add('m.session = ?', first);
    else builder.add('m.session BETWEEN ? AND ?', first, last);
  }
  if (filter.sessions !== undefined) builder.addNumbers(dialect, 'm.session', filter.sessions);
  if (filter.components !== undefined) {
    builder.addNumbers(dialect, COMPONENT, numbersOf(filter.components));
  }
  if (filter.kind !== undefined) {
    from += ' JOIN items i ON i.item = m.item';
    builder.add(`${SHOWN_KIND} = ?`, filter.kind);
  }
  if (filter.context !== undefined) {
    from += ' JOIN sessions s ON s.session = m.session JOIN writers w ON w.session = m.session AND w.writer = m.writer';
    builder.add('coalesce(w.context, s.context) = ?', filter.context);
  }
  return { ...builder.built, from };
}

function numbersOf(components: readonly Component[]): number[] {
  return components.map(({ number }) => number);
}
