/** The numbers of items that were met before, so that a row costs no query. */
import type { Identity } from '../../model/records.js';

interface Known {
  readonly item: number;
  readonly identity: Identity;
}

/** Beyond it they are forgotten: a server that meets ever new items stays small. */
const LIMIT = 200_000;

export class KnownItems {
  /** By file, then name and variant: candidates, of which the identity decides. One key of all texts would be built for every row. */
  readonly #known = new Map<string, Map<string, Known[]>>();
  #size = 0;

  get(identity: Identity): number | undefined {
    const alike = this.#known.get(identity.file)?.get(keyOf(identity));
    if (alike !== undefined) for (const known of alike) if (isSame(known.identity, identity)) return known.item;
    return undefined;
  }

  /** An identity that is not known yet. */
  add(identity: Identity, item: number): void {
    if (this.#size >= LIMIT) this.forget();
    this.#size++;
    let inFile = this.#known.get(identity.file);
    if (inFile === undefined) this.#known.set(identity.file, (inFile = new Map<string, Known[]>()));
    const key = keyOf(identity);
    const alike = inFile.get(key);
    if (alike === undefined) inFile.set(key, [{ item, identity }]);
    else alike.push({ item, identity });
  }

  forget(): void {
    this.#known.clear();
    this.#size = 0;
  }
}

function keyOf({ name, variant }: Identity): string {
  return variant === '' ? name : `${name} ${variant}`;
}

/** Given that the file is the same. */
function isSame(a: Identity, b: Identity): boolean {
  if (a === b) return true;
  if (a.name !== b.name || a.variant !== b.variant || a.kind !== b.kind || a.ordinal !== b.ordinal || a.project !== b.project) return false;
  if (a.describe.length !== b.describe.length) return false;
  for (let index = 0; index < a.describe.length; index++) if (a.describe[index] !== b.describe[index]) return false;
  return true;
}
