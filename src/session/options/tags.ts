/**
 * Tags as text: `name=value` (split at the first `=`) or `name` alone, which is `true`. Several are separated by commas; a
 * comma or a backslash that belongs to a tag has a backslash before it. Or a JSON object, told by its first character `{`.
 */
import type { Tags } from '../../model/records.js';
import type { OptionType } from './types.js';

export const tags: OptionType<Tags> = {
  expected: 'tags: name=value separated by commas, or an object whose values are text, numbers or booleans',
  parse: (value) => (value.trimStart().startsWith('{') ? parseObject(value) : parseList(value)),
  check: checkTags,
};

/** @returns name and value of one tag; undefined when it has no name */
export function parseTag(text: string): readonly [name: string, value: string | true] | undefined {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (name === '') return undefined;
  return [name, equals < 0 ? true : text.slice(equals + 1)];
}

function parseList(text: string): Tags | undefined {
  const parts = text.match(/(?:\\[^]|[^,])+/g) ?? [];
  const entries = parts.filter((part) => part.trim() !== '').map((part) => parseTag(part.replace(/\\([,\\])/g, '$1').trim()));
  return entries.includes(undefined) ? undefined : Object.fromEntries(entries as [string, string | true][]);
}

function parseObject(text: string): Tags | undefined {
  try {
    return checkTags(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function checkTags(value: unknown): Tags | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const good = entries.every(([name, each]) => name.trim() !== '' && isPlain(each));
  return good ? Object.fromEntries(entries) : undefined;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
