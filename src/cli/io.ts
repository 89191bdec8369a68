/** What a command may touch of the process that it runs in. */
import type { Terminal } from '../report/terminal.js';
import { describeTerminal } from '../report/terminal.js';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export function terminalOf(io: Io, stream: 'stdout' | 'stderr'): Terminal {
  return describeTerminal(io[stream], io.env);
}
