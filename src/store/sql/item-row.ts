/** An item as it is stored, and as it is. */
import { unescapeText } from '../../model/escape.js';
import type { Identity } from '../../model/records.js';

/** A foreign item's kind is any text. */
export type ItemRow = Omit<Identity, 'kind'> & { readonly kind: string };

export type StoredItem = readonly [
  item: number,
  kind: string,
  project: string,
  file: string,
  describe: string,
  name: string,
  variant: string,
  ordinal: number,
];

export function identityOf(
  kind: string,
  project: string,
  file: string,
  describe: string,
  name: string,
  variant: string,
  ordinal: number,
): ItemRow {
  return {
    kind: unescapeText(kind),
    project: unescapeText(project),
    file: unescapeText(file),
    describe: describe === '[]' ? [] : (JSON.parse(describe) as string[]).map(unescapeText),
    name: unescapeText(name),
    variant: unescapeText(variant),
    ordinal,
  };
}
