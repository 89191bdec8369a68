/** Which items a question is about. */
import { escapeText } from '../../model/escape.js';

/** Exact fields of the identity. All that is given must hold. */
export interface ItemFilter {
  /** Number of an item, as rows tell it. */
  readonly item?: number;
  readonly kinds?: readonly string[];
  readonly project?: string;
  readonly file?: string;
  readonly name?: string;
  readonly variant?: string;
}

/** SQL over `items i`. */
export interface Conditions {
  readonly conditions: readonly string[];
  readonly values: readonly unknown[];
}

export function itemConditions(filter: ItemFilter): Conditions {
  const conditions: string[] = [];
  const values: unknown[] = [];
  if (filter.item !== undefined) {
    conditions.push('i.item = ?');
    values.push(filter.item);
  }
  if (filter.kinds !== undefined) {
    conditions.push(`i.kind IN (${filter.kinds.map(() => '?').join(', ')})`);
    values.push(...filter.kinds.map(escapeText));
  }
  for (const column of ['project', 'file', 'name', 'variant'] as const) {
    const text = filter[column];
    if (text === undefined) continue;
    conditions.push(`i.${column} = ?`);
    values.push(escapeText(text));
  }
  return { conditions, values };
}
