/** Options from a parsed command line. */
import type { Options } from './options.js';
import { readText, usage } from './layer.js';
import type { Report } from './layer.js';
import { OPTIONS } from './table.js';
import type { OptionFlag } from './table.js';
import { parseTag } from './tags.js';

const strictly: Report = (mistake) => {
  throw mistake;
};

/** The property under which commander keeps a flag's value: `--component-prefix` is `componentPrefix`. */
export function flagProperty(flag: OptionFlag): string {
  return flag.name.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * @param flags what commander's `opts()` gives: text, booleans of switches and of `--no-...`, arrays of repeatable flags.
 *   Properties that belong to no option are left alone.
 * @throws SpanmeterError SPANMETER_USAGE naming the flag
 */
export function optionsFromFlags(flags: Readonly<Record<string, unknown>>, cwd: string): Partial<Options> {
  const options: Partial<Record<keyof Options, unknown>> = {};
  for (const row of OPTIONS) {
    if (row.flag === undefined) continue;
    const value = flags[flagProperty(row.flag)];
    if (typeof value === 'boolean') {
      options[row.key] = value;
    } else if (Array.isArray(value)) {
      if (value.length > 0) options[row.key] = Object.fromEntries(value.map((each) => tagOf(row.flag!.name, String(each))));
    } else if (typeof value === 'string') {
      options[row.key] = readText(row.flag.name, row, value, cwd, strictly);
    }
  }
  return options as Partial<Options>;
}

function tagOf(flag: string, text: string): readonly [string, string | true] {
  const tag = parseTag(text);
  if (tag === undefined) throw usage(`${flag}: expected name=value or a name, got ${JSON.stringify(text)}.`);
  return tag;
}
