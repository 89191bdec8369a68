/** Under `spanmeter run`: the reporter in Playwright's main process, the fixture in its workers. */
import { findPlaywright } from './find.js';
import { instrument } from './measure.js';
import { placeReporter } from './reporter-place.js';

export function attach(script: string): void {
  if (/[\\/]cli\.js$/.test(script)) placeReporter();
  else if (!instrument(findPlaywright(script).test)) throw new Error('this version of Playwright is not supported');
}
