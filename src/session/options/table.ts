/**
 * The option table: one row for each option. The command line's flags, the names in the environment, the checks and the
 * reference in docs/reference/options.md are derived from it.
 */
import { KINDS } from '../../model/records.js';
import type { Options } from './options.js';
import { tags } from './tags.js';
import { listOf, name, oneOf, path, pathOrSwitch, pattern, placeOrNone, seconds, text, webAddress, yesOrNo } from './types.js';
import type { OptionType } from './types.js';

/** Distributes over the keys, so that a row's type, default and key belong together. */
export type OptionRow = { readonly [K in keyof Options]-?: RowOf<K> }[keyof Options];

interface RowOf<K extends keyof Options> {
  readonly key: K;
  /** Absent when there is none. */
  readonly flag?: OptionFlag;
  readonly environment: string;
  readonly type: OptionType<NonNullable<Options[K]>>;
  /** What it takes in words, for tables and help. */
  readonly takes: string;
  /** Absent when the option is then absent, or when the default depends on the place (`defaultNote` says how). */
  readonly default?: NonNullable<Options[K]>;
  readonly defaultNote?: string;
  /** One sentence without its full stop. */
  readonly description: string;
  /** Its value is shown to nobody. */
  readonly secret?: true;
  /** It can't stand in a config file. */
  readonly notInFile?: true;
}

export interface OptionFlag {
  /** With the two dashes. */
  readonly name: string;
  /** What follows the name, as help shows it; absent for a switch. */
  readonly value?: string;
  readonly repeatable?: true;
  /** The flag that says false, with the two dashes. */
  readonly negative?: string;
  /** Commands that have it: all of them, or those that run something. */
  readonly commands: 'all' | 'runs';
}

const ROWS: { readonly [K in keyof Options]-?: RowOf<K> } = {
  db: {
    key: 'db',
    flag: { name: '--db', value: '<path or url>', negative: '--no-db', commands: 'all' },
    environment: 'SPANMETER_DB',
    type: placeOrNone,
    takes: 'path, URL or false',
    defaultNote: '.spanmeter/history.db in the root',
    description: 'Where the history is; false keeps none',
  },
  remote: {
    key: 'remote',
    flag: { name: '--remote', value: '<url>', commands: 'runs' },
    environment: 'SPANMETER_REMOTE',
    type: webAddress,
    takes: 'URL',
    description: 'A server that receives the records as well, also without a history',
  },
  remoteTimeout: {
    key: 'remoteTimeout',
    flag: { name: '--remote-timeout', value: '<seconds>', commands: 'runs' },
    environment: 'SPANMETER_REMOTE_TIMEOUT',
    type: seconds,
    takes: 'seconds',
    default: 10,
    description: 'How long the end of a run may take to send, with all attempts; what is not sent then is kept',
  },
  token: {
    key: 'token',
    environment: 'SPANMETER_TOKEN',
    type: name,
    takes: 'text',
    description: 'What the server knows this machine by; better kept in the environment than in a file',
    secret: true,
  },
  description: {
    key: 'description',
    flag: { name: '--description', value: '<text>', commands: 'runs' },
    environment: 'SPANMETER_DESCRIPTION',
    type: text,
    takes: 'text',
    default: '',
    description: 'A few words on this run',
  },
  tags: {
    key: 'tags',
    flag: { name: '--tag', value: '<name=value>', repeatable: true, commands: 'runs' },
    environment: 'SPANMETER_TAGS',
    type: tags,
    takes: 'names and values',
    default: {},
    description: 'Tags of this run, by which it is found again; a tag without a value is true',
  },
  component: {
    key: 'component',
    flag: { name: '--component', value: '<name>', commands: 'runs' },
    environment: 'SPANMETER_COMPONENT',
    type: name,
    takes: 'text',
    description: 'The component of every item, whatever the items say',
  },
  componentPrefix: {
    key: 'componentPrefix',
    flag: { name: '--component-prefix', value: '<name>', commands: 'runs' },
    environment: 'SPANMETER_COMPONENT_PREFIX',
    type: name,
    takes: 'text',
    description: 'Put before the component of every item, with a dot between',
  },
  scopes: {
    key: 'scopes',
    flag: { name: '--scope', value: '<kinds>', commands: 'runs' },
    environment: 'SPANMETER_SCOPES',
    type: listOf(KINDS),
    takes: 'kinds, separated by commas',
    default: KINDS.filter((kind) => kind !== 'hook'),
    description: 'The kinds of items that are recorded',
  },
  include: {
    key: 'include',
    flag: { name: '--include', value: '<pattern>', commands: 'runs' },
    environment: 'SPANMETER_INCLUDE',
    type: pattern,
    takes: 'regular expression',
    description: 'Record only the tests that this regular expression fits, on "file > describe path > name"',
  },
  exclude: {
    key: 'exclude',
    flag: { name: '--exclude', value: '<pattern>', commands: 'runs' },
    environment: 'SPANMETER_EXCLUDE',
    type: pattern,
    takes: 'regular expression',
    description: 'Record no test that this regular expression fits, on "file > describe path > name"',
  },
  gc: {
    key: 'gc',
    flag: { name: '--gc', negative: '--no-gc', commands: 'runs' },
    environment: 'SPANMETER_GC',
    type: yesOrNo,
    takes: 'true or false',
    default: false,
    description: 'Collect garbage before each test: steadier memory numbers, 8 to 40 ms a test',
  },
  probes: {
    key: 'probes',
    flag: { name: '--probes', value: '<set>', commands: 'runs' },
    environment: 'SPANMETER_PROBES',
    type: oneOf(['core', 'full', 'gc']),
    takes: 'core, full or gc',
    defaultNote: 'full for tests, core for span()',
    description:
      'Which numbers are measured: core, full (core and JavaScript memory, event loop, child processes), or gc (full and garbage collections)',
  },
  peak: {
    key: 'peak',
    flag: { name: '--peak', value: '<how>', commands: 'runs' },
    environment: 'SPANMETER_PEAK',
    type: oneOf(['reset', 'leave']),
    takes: 'reset or leave',
    default: 'reset',
    description: "Whether the kernel's record of the process's memory peak may be reset, which the parent process can see",
  },
  budget: {
    key: 'budget',
    flag: { name: '--budget', value: '[file]', negative: '--no-budget', commands: 'runs' },
    environment: 'SPANMETER_BUDGET',
    type: pathOrSwitch,
    takes: 'path, true or false',
    description: 'Check budgets at the end: those of the file, and those that tests have of their own; an exceeded one fails the run',
  },
  quiet: {
    key: 'quiet',
    flag: { name: '--quiet', commands: 'all' },
    environment: 'SPANMETER_QUIET',
    type: yesOrNo,
    takes: 'true or false',
    default: false,
    description: 'Print no summary',
  },
  root: {
    key: 'root',
    flag: { name: '--root', value: '<folder>', commands: 'all' },
    environment: 'SPANMETER_ROOT',
    type: path,
    takes: 'path',
    defaultNote: 'the folder of the nearest package.json, else the working directory',
    description: "The folder that items' files are relative to, and that the config file is in",
    notInFile: true,
  },
};

/** In the order in which help and reference show them. */
export const OPTIONS: readonly OptionRow[] = Object.values(ROWS);

/**
 * Variables that begin with SPANMETER_ but are no options: the hand-over from a session's owner to its workers, who runs the
 * files of node:test, the switch of the add-on, and the stacks of errors on the command line.
 */
export const OTHER_VARIABLES: readonly string[] = ['SPANMETER_SESSION', 'SPANMETER_NODE_TEST', 'SPANMETER_NATIVE', 'SPANMETER_DEBUG'];
