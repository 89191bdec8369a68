import { sha256 } from './sha256.js';

/** The first 32 hex digits of the SHA-256. */
export function shortHash(text: string): string {
  return sha256(text).slice(0, 32);
}

/** JSON with sorted keys and without undefined values: equal records give equal text. For flat records. */
export function canonicalJson(record: object): string {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}
