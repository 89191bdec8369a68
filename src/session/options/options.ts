import type { ProbeSet } from '../../model/metrics.js';
import type { Kind, Tags } from '../../model/records.js';

/** Every option, under the name that it has in a config file, in a plugin's arguments and in `openSession`. */
export interface Options {
  /** Path or URL of the history; false keeps none. */
  db: string | false;
  /** URL of a server that receives the records as well. */
  remote?: string;
  /** Seconds that the end of a run may take to send, with all attempts. */
  remoteTimeout: number;
  /** What the server knows this machine by. Never stored, never shown. */
  token?: string;
  description: string;
  /** Name and value: text, number or boolean. */
  tags: Tags;
  /** The component of every item, whatever the items say. */
  component?: string;
  /** Put before the component of every item, with a dot between. */
  componentPrefix?: string;
  /** The kinds of items that are recorded. */
  scopes: readonly Kind[];
  /** Source of a regular expression on `file > describe path > name`: only tests that it fits are recorded. */
  include?: string;
  /** The same: tests that it fits are not recorded. */
  exclude?: string;
  /** Collect garbage before each test: steadier memory numbers, 8 to 40 ms a test. */
  gc: boolean;
  /** Which numbers are measured. Absent: full for what runners measure, core for `span()`. */
  probes?: ProbeSet;
  /** Whether the kernel's record of the process's memory peak may be reset, which the parent process can see. */
  peak: 'reset' | 'leave';
  /** Path of a budget file, whose rules are checked at the end; true: only the budgets that tests have of their own. An exceeded budget fails the run. */
  budget?: string | boolean;
  /** Print no summary. */
  quiet: boolean;
  /** Absolute path of the folder that items' files are relative to. */
  root: string;
}

export interface ResolvedOptions extends Readonly<Options> {
  /** False when SPANMETER=0: nothing is measured, recorded or printed. */
  readonly enabled: boolean;
  /** A command that is given no options here finds another history. */
  readonly isElsewhere: boolean;
  /** What the caller named, checked. */
  readonly given: Readonly<Partial<Options>>;
  /** What any source named; without the defaults. */
  readonly named: Readonly<Partial<Options>>;
  /** What was odd but could be settled, one sentence each, for the user. */
  readonly warnings: readonly string[];
}
