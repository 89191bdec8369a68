/** The types that an option can have: how its value is read from text, and how a value from a program is checked. */
import { resolve } from 'node:path';

export interface OptionType<T> {
  /** What is expected, to complete the sentence "expected ...". */
  readonly expected: string;
  /** Reads text from the environment or the command line; undefined when it is not what is expected. */
  parse(text: string, base: string): T | undefined;
  /** Checks a value from a config file or a program; undefined when it is not what is expected. */
  check(value: unknown, base: string): T | undefined;
}

const WORDS: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  on: true,
  0: false,
  false: false,
  no: false,
  off: false,
};

export const text: OptionType<string> = {
  expected: 'text',
  parse: (value) => value,
  check: (value) => (typeof value === 'string' ? value : undefined),
};

/** Text that means nothing when it is empty. */
export const name: OptionType<string> = {
  expected: 'text that is not empty',
  parse: (value) => value || undefined,
  check: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};

/** The source of a regular expression. */
export const pattern: OptionType<string> = {
  expected: 'a regular expression',
  parse: (value) => (value !== '' && isPattern(value) ? value : undefined),
  check: (value) => (typeof value === 'string' ? pattern.parse(value, '') : undefined),
};

export const yesOrNo: OptionType<boolean> = {
  expected: 'true or false',
  parse: (value) => (Object.hasOwn(WORDS, value.toLowerCase()) ? WORDS[value.toLowerCase()] : undefined),
  check: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** A path, made absolute. */
export const path: OptionType<string> = {
  expected: 'a path',
  parse: (value, base) => (value === '' ? undefined : resolve(base, value)),
  check: (value, base) => (typeof value === 'string' ? path.parse(value, base) : undefined),
};

/** A path, made absolute; or whether to. */
export const pathOrSwitch: OptionType<string | boolean> = {
  expected: 'a path, true or false',
  parse: (value, base) => yesOrNo.parse(value, base) ?? path.parse(value, base),
  check: (value, base) => yesOrNo.check(value, base) ?? path.check(value, base),
};

/** A URL with any scheme, or a path, made absolute; false for none. */
export const placeOrNone: OptionType<string | false> = {
  expected: 'a path, a URL, or false',
  parse: (value, base) => (value === 'false' ? false : place(value, base)),
  check: (value, base) => (value === false ? false : typeof value === 'string' ? place(value, base) : undefined),
};

export const webAddress: OptionType<string> = {
  expected: 'a URL that begins with http:// or https://',
  parse: (value) => (/^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined),
  check: (value) => (typeof value === 'string' ? webAddress.parse(value, '') : undefined),
};

/** A day at most: timers take no more than some weeks. */
export const seconds: OptionType<number> = {
  expected: 'a number of seconds above 0',
  parse: (value) => (/^\d+(?:\.\d+)?$/.test(value) ? seconds.check(Number(value), '') : undefined),
  check: (value) => (typeof value === 'number' && value > 0 && value <= 86_400 ? value : undefined),
};

export function oneOf<const T extends string>(choices: readonly T[]): OptionType<T> {
  const find = (value: unknown): T | undefined => choices.find((choice) => choice === value);
  return { expected: `one of ${choices.join(', ')}`, parse: find, check: find };
}

/** A list without repetitions; as text, separated by commas. */
export function listOf<const T extends string>(choices: readonly T[]): OptionType<readonly T[]> {
  const check = (value: unknown): readonly T[] | undefined => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const known = choices.filter((choice) => value.includes(choice));
    return value.every((each) => known.includes(each as T)) ? known : undefined;
  };
  return {
    expected: `one or more of ${choices.join(', ')}`,
    parse: (value) => check(value.split(',').map((each) => each.trim())),
    check,
  };
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

/** SQLite's name for a database without a file is no path either. */
function place(value: string, base: string): string | undefined {
  return value === ':memory:' || /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : path.parse(value, base);
}
