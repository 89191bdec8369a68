/**
 * The places in Mocha where we look on: two that every body passes, the events of a runner, and its start and end. None of
 * them leaves a frame of ours in the stack of a test.
 */
import { HAND_OVER_VARIABLE, decodeHandOver, recorder } from '../../recorder/index.js';
import { listenToMarks } from '../mark.js';
import { say } from '../say.js';
import { Definitions } from './definitions.js';
import { follow, guarded, type Watched } from './follow.js';
import type { Mocha, Runnable, Runner } from './mocha.js';
import { ownRun, ownRunAsync } from './owner.js';
import { unsupported } from './version.js';

/** Known to every copy of this file: that of the user's line and that of `spanmeter run` may be two. */
const WATCHED = Symbol.for('spanmeter.mocha.watched');

export function watch(mocha: Mocha): void {
  const { version } = mocha.prototype;
  const refusal = unsupported(version);
  if (refusal !== undefined) {
    if (process.env['MOCHA_WORKER_ID'] === undefined) say(refusal);
    return;
  }
  if (WATCHED in mocha.Runner.prototype) return;
  Object.defineProperty(mocha.Runner.prototype, WATCHED, { value: true });
  const watched: Watched = { definitions: new Definitions(mocha), version, current: undefined, isBusy: false };
  watchBodies(mocha, watched);
  watchInterface(mocha, watched);
  watchRuns(mocha, watched);
  listenToMarks((given) => {
    if (watched.current?.mark(given) !== true) watched.definitions.mark(given);
  });
}

/** Mocha hands each runnable to its context just before it calls its function, and sets its duration when it has ended. */
function watchBodies({ Context, Runnable }: Mocha, watched: Watched): void {
  const { runnable: handOn } = Context.prototype;
  Context.prototype.runnable = function (this: object, ...given: [Runnable?]) {
    const result = handOn.apply(this, given);
    const [runnable] = given;
    if (runnable !== undefined) guarded(() => watched.current?.begin(runnable));
    return result;
  };
  Object.defineProperty(Runnable.prototype, 'duration', {
    configurable: true,
    get: () => undefined,
    set(this: Runnable, value: number) {
      guarded(() => watched.current?.end(this));
      Object.defineProperty(this, 'duration', { value, configurable: true, enumerable: true, writable: true });
    },
  });
}

function watchInterface(mocha: Mocha, { definitions }: Watched): void {
  const { prototype } = mocha;
  const { ui } = prototype;
  prototype.ui = function (...given) {
    const result = ui.apply(this, given);
    guarded(() => definitions.follow(this.suite));
    return result;
  };
}

function watchRuns({ Runner: { prototype } }: Mocha, watched: Watched): void {
  const { run, runAsync } = prototype;
  const isNotOurs = (runner: Runner): boolean => watched.isBusy || watched.current !== undefined || runner._opts?.dryRun === true;
  prototype.run = function (done, how) {
    if (isNotOurs(this)) return run.call(this, done, how);
    if (how?.options?.isWorker !== true) return ownRun(this, watched, (ended) => run.call(this, ended, how), done, how);
    guarded(() => runInWorker(this, watched));
    return run.call(this, done, how);
  };
  // Where others run the tests, the runner has a `run` of its own.
  prototype.runAsync = function (how) {
    if (isNotOurs(this) || !this.isParallelMode()) return runAsync.call(this, how);
    return ownRunAsync(watched, () => runAsync.call(this, how), how);
  };
}

/** In a worker of --parallel, which is given one file after the other. */
function runInWorker(runner: Runner, watched: Watched): void {
  const writer = recorder();
  if (writer === undefined) return;
  const root = decodeHandOver(process.env[HAND_OVER_VARIABLE])?.root ?? process.cwd();
  follow(runner, watched).start({ recorder: writer, root });
}
