/** Which items a question is about. */
import { escapeText } from '../../model/escape.js';
import type { Dialect } from './port.js';

/** All that is given must hold. */
export interface ItemFilter {
  /** Number of an item, as rows tell it. */
  readonly item?: number;
  readonly kinds?: readonly string[];
  /** These four exactly. */
  readonly project?: string;
  readonly file?: string;
  readonly name?: string;
  readonly variant?: string;
  /** Patterns of LIKE: % and _ have their meaning, and only ASCII letters are equal in both cases. */
  readonly nameLike?: string;
  readonly variantLike?: string;
  /** Text in project, file, describe path or name; ASCII letters are equal in both cases. */
  readonly search?: string;
}

/** SQL over `items i`. */
export interface Conditions {
  readonly conditions: readonly string[];
  readonly values: readonly unknown[];
}

export function itemConditions(dialect: Dialect, filter: ItemFilter): Conditions {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, ...more: readonly unknown[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.item !== undefined) add('i.item = ?', filter.item);
  if (filter.kinds !== undefined) {
    const among = `i.kind IN (${filter.kinds.map(() => '?').join(', ')})`;
    add(filter.kinds.length === 0 ? '1 = 0' : among, ...filter.kinds.map(escapeText));
  }
  for (const column of ['project', 'file', 'name', 'variant'] as const) {
    const text = filter[column];
    if (text !== undefined) add(`i.${column} = ?`, escapeText(text));
  }
  if (filter.nameLike !== undefined) add(dialect.like('i.name', '?'), escapeText(filter.nameLike));
  if (filter.variantLike !== undefined) add(dialect.like('i.variant', '?'), escapeText(filter.variantLike));
  if (filter.search !== undefined && filter.search !== '') {
    const text = escapeText(filter.search);
    const has = (column: string): string => dialect.contains(column, '?');
    // Titles are looked at one by one only where the text of all of them has it.
    add(
      `(${has('i.file')} OR ${has('i.name')} OR ${has('i.project')} OR (${has('i.describe')} AND
        EXISTS (SELECT 1 FROM ${dialect.elements('i.describe')} AS title WHERE ${has('title.value')})))`,
      text,
      text,
      text,
      JSON.stringify(text).slice(1, -1),
      text,
    );
  }
  return { conditions, values };
}
