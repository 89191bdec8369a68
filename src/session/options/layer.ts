/** One source of options: reads or checks what it holds, and reports each mistake with its place. */
import { inspect } from 'node:util';
import { SpanmeterError } from '../../model/errors.js';
import { suggestion } from '../../model/nearest.js';
import type { Options } from './options.js';
import { OPTIONS } from './table.js';
import type { OptionRow } from './table.js';

/** Takes a mistake: throws it, or keeps it as a warning (the value is then left out). */
export type Report = (mistake: SpanmeterError) => void;

export interface Layer {
  /** For people: `the command line`, `spanmeter.config.json`. */
  readonly source: string;
  readonly values: Partial<Options>;
}

/** @param base folder that relative paths are relative to */
export function checkLayer(source: string, raw: unknown, base: string, report: Report, inFile = false): Layer {
  const values: Record<string, unknown> = {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    report(usage(`${source}: expected an object with options, got ${show(raw)}.`));
    return { source, values };
  }
  for (const [key, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const row = OPTIONS.find((each) => each.key === key);
    if (row === undefined) {
      report(
        usage(
          `${source}: there is no option '${key}'. ${suggestion(
            key,
            OPTIONS.map((each) => each.key),
          )}`,
        ),
      );
    } else if (inFile && row.notInFile) {
      report(usage(`${source}: '${key}' can't stand in a config file; use ${row.flag?.name ?? row.environment} or ${row.environment}.`));
    } else {
      const checked = row.type.check(value, base);
      if (checked === undefined) report(wrongValue(`${source}: '${key}'`, row, value));
      else values[key] = checked;
    }
  }
  return { source, values };
}

/** Reads one option from text. @param place for people: `--scope`, `SPANMETER_SCOPES` */
export function readText(place: string, row: OptionRow, text: string, base: string, report: Report): unknown {
  const value = row.type.parse(text, base);
  if (value === undefined) report(wrongValue(place, row, text));
  return value;
}

export function usage(message: string, cause?: unknown): SpanmeterError {
  return new SpanmeterError('SPANMETER_USAGE', message, cause === undefined ? {} : { cause });
}

function wrongValue(place: string, row: OptionRow, value: unknown): SpanmeterError {
  return usage(`${place}: expected ${row.type.expected}, got ${row.secret ? 'something else' : show(value)}.`);
}

function show(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity });
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
