/** What the docblock of a test file says about all of its tests: `@spanmeter-component`, `@spanmeter-tag` and `@spanmeter-skip`. */
import { readFileSync } from 'node:fs';
import type { Markers } from '../markers.js';

const DOCBLOCK = /^\ufeff?(?:#!.*)?\s*\/\*\*?([^]*?)\*\//;
const PRAGMA = /^[\s*]*@spanmeter-(component|tag|skip)(?:[ \t]+(\S+))?/gm;

export function readDocblock(path: string): Markers | undefined {
  const source = readFileSync(path, 'utf8');
  if (!source.includes('@spanmeter-')) return undefined;
  const pragmas = [...(DOCBLOCK.exec(source)?.[1] ?? '').matchAll(PRAGMA)];
  if (pragmas.length === 0) return undefined;
  const values = (name: string): string[] => pragmas.filter(([, key]) => key === name).map(([, , value]) => value ?? '');
  const component = values('component').at(-1);
  const tags = Object.fromEntries(values('tag').map(tagOf));
  return { ...(component && { component }), tags, ...(values('skip').length > 0 && { skip: true }) };
}

/** A tag without a value is true, as on the command line. */
function tagOf(text: string): [string, string | boolean] {
  const [name = '', ...value] = text.split('=');
  return value.length === 0 ? [name, true] : [name, value.join('=')];
}
