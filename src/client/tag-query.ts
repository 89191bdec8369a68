/** A tag as somebody typed it. Tags may be true, false or numbers (`--tag ci` is true), and on a command line everything is text. */
import type { SessionQuery, Store } from '../store/contract.js';

/** @returns a query for the sessions with this text; where there are none, for those with the value that the text says, if it says one */
export async function tagQuery(store: Store, name: string, text: string): Promise<SessionQuery> {
  const asText = { tag: { name, value: text } };
  const value = valueOf(text);
  if (value === undefined || (await store.sessions({ ...asText, limit: 1, counts: false })).length > 0) return asText;
  return { tag: { name, value } };
}

function valueOf(text: string): boolean | number | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = text.trim() === '' ? NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}
