/** JSON paths in a session's tags, as monitor-server-api has them of SQLite; evaluated here, so that every database answers the same. */

/** A path that cannot be one. */
export class BadPath extends Error {}

type Step = string | number;

/** `a.b`, `l[1]`, `l[#-1]`, `"a.b"`. Undefined: a path that fits nothing. */
export function parsePath(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let rest = `.${text}`;
  while (rest !== '') {
    const quoted = /^\."([^"]*)"/.exec(rest);
    const plain = /^\.([^.[]*)/.exec(rest);
    const index = /^\[(#-)?(\d+)\]/.exec(rest);
    if (quoted !== null) {
      steps.push(quoted[1]!);
      rest = rest.slice(quoted[0].length);
    } else if (plain !== null) {
      if (plain[1] === '') throw new BadPath(`"${text}" is no path in tags: a name is empty.`);
      // As it is written in JSON: a name with a quote or a backslash is never equal.
      if (/["\\]/.test(plain[1]!)) return undefined;
      steps.push(plain[1]!);
      rest = rest.slice(plain[0].length);
    } else if (index !== null) {
      steps.push(index[1] === undefined ? Number(index[2]) : -Number(index[2]));
      rest = rest.slice(index[0].length);
    } else {
      return undefined;
    }
  }
  return steps;
}

/** What SQL makes of a JSON value: null of what is not there, numbers of booleans, a JSON text of objects and lists. */
export type Extracted = string | number | null;

export function extract(tags: unknown, path: readonly Step[]): Extracted {
  let value = tags;
  for (const step of path) {
    if (typeof step === 'number') {
      if (!Array.isArray(value)) return null;
      value = step < 0 || Object.is(step, -0) ? value[value.length + step] : value[step];
    } else {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return null;
      value = (value as Record<string, unknown>)[step];
    }
    if (value === undefined) return null;
  }
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value);
}

export interface TagCondition {
  readonly path: readonly Step[] | undefined;
  /** Undefined: anything but an empty text. A text never equals a number. */
  readonly equals: string | undefined;
}

export function fits(tags: unknown, { path, equals }: TagCondition): boolean {
  const value = path === undefined ? null : extract(tags, path);
  return value !== null && (equals === undefined ? value !== '' : value === equals);
}
