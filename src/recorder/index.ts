/** The recorder of this thread: one for all copies of the JavaScript that a test runner evaluates in it. */
import { anchored } from '../collector/anchor.js';
import { collector } from '../collector/index.js';
import { isSwitchedOff } from '../model/switch.js';
import { HAND_OVER_VARIABLE, decodeHandOver } from './hand-over.js';
import { Recorder } from './recorder.js';

export { HAND_OVER_VARIABLE, decodeHandOver, encodeHandOver, type HandOver, type WorkerOptions } from './hand-over.js';
export { Recorder, type HowToOpen, type ItemInput } from './recorder.js';
export type { OpenSpan } from './open-span.js';
export { warn } from './warn.js';

let own: Recorder | undefined;

/** Measures always; records when a session was handed over to this process, or was opened in it. */
export function threadRecorder(): Recorder {
  own ??= anchored('recorder', makeRecorder);
  return own;
}

function makeRecorder(): Recorder {
  const isOff = isSwitchedOff(process.env);
  // Also for who only measures, without a session.
  const made = new Recorder(collector(), isOff || process.env['SPANMETER_PEAK'] === 'leave' ? 'leave' : 'reset');
  const handOver = isOff ? undefined : decodeHandOver(process.env[HAND_OVER_VARIABLE]);
  if (handOver !== undefined) made.join(handOver);
  return made;
}

/** For runners. @returns undefined when nothing is recorded: no session, or SPANMETER=0 */
export function recorder(): Recorder | undefined {
  const made = threadRecorder();
  return made.isRecording ? made : undefined;
}
