/** Flags that several commands have, and how their values are read. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { METRIC_INDEX, METRIC_NAMES, METRIC_WORDS, METRICS, type MetricName, type MetricWord } from '../model/metrics.js';
import { QUANTITY_EXPECTED, parseQuantity } from '../model/quantity.js';
import { STATUSES } from '../model/records.js';
import { OPTIONS, type OptionRow } from '../session/options/index.js';
import type { CliCommand } from './command.js';

/** Descriptions for commands that read: nothing is recorded or summed up there. */
const READING: Readonly<Record<string, string>> = {
  db: 'Where the history is',
  quiet: 'Print the result only, without notes and warnings',
};

/** Adds the flags of the option table that the command has, and `--json`. */
export function addSharedFlags(command: Command, { runs }: Pick<CliCommand, 'runs'>): void {
  for (const row of OPTIONS) {
    if (row.flag === undefined || (row.flag.commands === 'runs' && runs !== true)) continue;
    for (const option of optionsOf(row, runs === true)) command.addOption(option);
  }
  command.option('--json', runs === true ? 'Print the summary as JSON' : 'Print JSON');
}

function optionsOf(row: OptionRow, runs: boolean): Option[] {
  const { flag, key } = row;
  if (flag === undefined) return [];
  const description = runs ? row.description : (READING[key] ?? row.description);
  const option = new Option(flag.value === undefined ? flag.name : `${flag.name} ${flag.value}`, description);
  if (flag.repeatable) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  const negative = flag.negative === undefined || !runs ? [] : [new Option(flag.negative, NEGATIVES[flag.negative] ?? `Not ${flag.name}`)];
  return [option, ...negative];
}

const NEGATIVES: Readonly<Record<string, string>> = {
  '--no-db': 'Keep no history: print the summary only',
  '--no-gc': 'Overrules a configured --gc',
  '--no-budget': 'Overrules a configured --budget',
};

/** What ends the flags is the value of none: `--tag -- true` lacks one. */
export function refuseDashes(option: Option): void {
  if (!option.required) return;
  const read = option.parseArg as ((value: string, before: unknown) => unknown) | undefined;
  option.argParser((value: string, before: unknown) => {
    if (value === '--') throw new InvalidArgumentError('The value is missing.');
    return read === undefined ? value : read(value, before);
  });
}

/** @throws InvalidArgumentError */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}

/** @throws InvalidArgumentError */
export function bytes(text: string): number {
  const value = parseQuantity(text, 'bytes');
  if (value === undefined || value < 1) throw new InvalidArgumentError(`Expected ${QUANTITY_EXPECTED.bytes}.`);
  return Math.floor(value);
}

/** @throws InvalidArgumentError */
export function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(value <= 65535)) throw new InvalidArgumentError('Expected a port from 0 (any free one) to 65535.');
  return value;
}

/** @throws InvalidArgumentError */
export function metric(text: string): MetricName {
  const name = Object.hasOwn(METRIC_WORDS, text) ? METRIC_WORDS[text as MetricWord] : METRIC_NAMES.find((each) => each === text);
  if (name === undefined)
    throw new InvalidArgumentError(`Expected ${Object.keys(METRIC_WORDS).join(', ')}, or one of ${METRIC_NAMES.join(', ')}.`);
  return name;
}

/** Metrics of which less is better. @throws InvalidArgumentError */
export function costs(text: string): MetricName[] {
  return [...new Set(text.split(',').map((each) => metric(each.trim())))].map((name) => {
    if (METRICS[METRIC_INDEX[name]]!.direction === 'lower') return name;
    throw new InvalidArgumentError(`${name} is a state and no cost: more of it is neither better nor worse.`);
  });
}

/** @throws InvalidArgumentError */
export function level(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Expected a share between 0 and 1, such as 0.05.');
  return value;
}

/** Kinds are not checked: imported histories have their own. @throws InvalidArgumentError */
export function kinds(text: string): string[] {
  const found = text.split(',').map((each) => each.trim());
  if (found.includes('')) throw new InvalidArgumentError('Expected kinds, separated by commas: test,span');
  return found;
}

/** @throws InvalidArgumentError */
export function statuses(text: string): string[] {
  const found = kinds(text);
  const wrong = found.find((each) => !STATUSES.some((status) => status === each));
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected one or more of ${STATUSES.join(', ')}.`);
  return found;
}
