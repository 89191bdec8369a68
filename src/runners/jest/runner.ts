/**
 * `testRunner: 'spanmeter/jest'`: jest-circus, watched. Jest may put this file through the user's transform: all else is loaded
 * when the first test file comes, past it.
 */
import type { FileArguments, FileResult } from './jest.js';

function spanmeter(...args: FileArguments): Promise<FileResult> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('./worker.js') as typeof import('./worker.js')).runFile(args);
}

export = spanmeter;
