import { painter } from '../report/terminal.js';
import { visible } from '../model/visible.js';
import { terminalOf, type Io } from './io.js';

/** One line each, on the standard error. */
export function sayWarnings(io: Io, warnings: readonly string[]): void {
  const { yellow } = painter(terminalOf(io, 'stderr'));
  for (const warning of warnings) io.stderr.write(`${yellow('spanmeter:')} ${visible(warning)}\n`);
}
