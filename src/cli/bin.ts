#!/usr/bin/env node
import { EXIT } from './exit-codes.js';
import { main } from './main.js';

/** A reader that has seen enough (`| head`), and a terminal that was closed. */
const NO_READER: readonly (string | undefined)[] = ['EPIPE', 'EIO'];

let unwritten: NodeJS.ErrnoException | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (NO_READER.includes(error.code)) return;
  unwritten = error;
  process.exitCode = EXIT.wrong;
  process.stderr.write(`spanmeter: The output could not be written: ${error.message}\n`);
});
// Where nobody can be told, the exit code still tells.
process.stderr.on('error', () => undefined);

void main(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd() }).then((code) => {
  if (unwritten === undefined) process.exitCode = code;
});
