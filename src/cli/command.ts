/** What a file in `commands/` has to offer. */
import type { Command } from 'commander';
import type { Io } from './io.js';

export interface Example {
  /** A whole command line; the tests execute it. */
  readonly line: string;
  readonly does: string;
}

/** Flags as commander reads them: text, booleans, arrays. */
export type Flags = Readonly<Record<string, unknown>>;

export interface CliCommand {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** What the command's own help says first. */
  readonly description: string;
  readonly examples: readonly [Example, ...Example[]];
  /** Whether it starts something that is measured: it then has the options of a session. */
  readonly runs?: true;
  /** Adds the command's own arguments and flags. */
  configure(command: Command): Command;
  /** @returns the exit code */
  run(io: Io, args: readonly (string | undefined)[], flags: Flags, rest: readonly string[]): Promise<number>;
}
