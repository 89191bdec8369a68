/** Where a picture or a page goes that a command made. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, SpanmeterError } from '../model/errors.js';
import { ignoreFolder } from '../session/place.js';

/** The folder of the project for what people look at; git does not see it. */
export function reportFile(root: string, name: string): string {
  const home = path.join(root, '.spanmeter');
  try {
    ignoreFolder(home);
  } catch (thrown) {
    throw unwritable(home, thrown);
  }
  return path.join(home, 'report', name);
}

/** Replaces what is there. @throws SpanmeterError SPANMETER_STORE_WRITE */
export function writeWhole(file: string, content: string | Uint8Array): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  } catch (thrown) {
    throw unwritable(file, thrown);
  }
}

function unwritable(file: string, thrown: unknown): SpanmeterError {
  return new SpanmeterError('SPANMETER_STORE_WRITE', `${file} could not be written: ${messageOf(thrown)}`, { cause: thrown });
}
