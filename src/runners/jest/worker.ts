/** The worker side: hands each test file on to jest-circus, and follows it where a session records. */
import { HAND_OVER_VARIABLE, decodeHandOver, recorder, warn } from '../../recorder/index.js';
import { listenToMarks } from '../mark.js';
import { isSwitchedOff } from '../../model/switch.js';
import { trapped } from './between.js';
import { readDocblock } from './docblock.js';
import { earlierAttempts } from './earlier.js';
import { FileWatch } from './file-watch.js';
import { circusVersion, findCircus } from './find-circus.js';
import type { Body, Environment, Event, FileArguments, FileResult, State, TestRunner } from './jest.js';
import { unsupported } from './version.js';

/** Nothing here waits for what it gives: Jest's own waiting is part of the stacks that users see. */
export function runFile(args: FileArguments): Promise<FileResult> {
  const [{ rootDir }, { rootDir: projectDir, spanmeterCircus }] = args;
  const circus = load(spanmeterCircus ?? findCircus([projectDir, rootDir, process.cwd()]));
  watchFile(circus.path, args);
  const { run } = circus;
  return run(...args);
}

let loaded: { readonly path: string; readonly run: TestRunner } | undefined;

function load(path: string | undefined): { readonly path: string; readonly run: TestRunner } {
  if (path === undefined) throw new Error("spanmeter: can't find the jest-circus that belongs to this project's Jest");
  if (loaded?.path !== path) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const exported = require(path) as TestRunner | { readonly default: TestRunner };
    loaded = { path, run: typeof exported === 'function' ? exported : exported.default };
  }
  return loaded;
}

function watchFile(circus: string, [, config, environment, , path]: FileArguments): void {
  try {
    const handOver = isSwitchedOff(process.env) ? undefined : decodeHandOver(process.env[HAND_OVER_VARIABLE]);
    const writer = handOver && recorder();
    if (writer === undefined || unsupported(circusVersion(circus)) !== undefined) return;
    const { displayName = '' } = config;
    const project = typeof displayName === 'string' ? displayName : displayName.name;
    const watch = new FileWatch(writer, {
      path,
      project,
      root: handOver!.root,
      markers: readDocblock(path),
      earlier: earlierAttempts(handOver!, project, path),
      circus,
    });
    listen(environment, watch);
    listenToMarks((given) => watch.mark(given));
  } catch (thrown) {
    warn(`a file could not be measured: ${String(thrown)}`);
  }
}

/** Before the user's own environment hears of it, so that its time is not in ours. */
function listen(environment: Environment, watch: FileWatch): void {
  environment.handleTestEvent = before(environment.handleTestEvent, (event, state) => watch.handle(event as Event, state as State));
  // After the last event; and where a file could not be evaluated, there is no other one.
  environment.teardown = before(environment.teardown, () => {
    watch.end();
    // Or it would keep the file's world alive.
    listenToMarks(ignore);
  });
}

/** Made here, where it holds on to nothing. */
const ignore = (): void => undefined;

/** Where there is nothing of the user's to leave no frame in, the short way: events are many. */
function before(method: Body | undefined, act: (...args: unknown[]) => void): Body {
  const first = (...args: unknown[]): void => {
    try {
      act(...args);
    } catch (thrown) {
      warn(`not everything was measured: ${String(thrown)}`);
    }
  };
  return method === undefined ? first : trapped(method, (args) => first(...args), ignore);
}
