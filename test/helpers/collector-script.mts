/** Scripts that measure in a process of their own: what a process has done to itself can't be undone in a test worker. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildHelper, HELPER } from './native-helper.mjs';
import { temporaryFolder } from './temporary.js';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');

/** Every script begins with this; `print` hands its result to the test. */
const PRELUDE = `
const { METRIC_INDEX } = require('./dist/model/metrics.js');
const { SLOT_STRIDE, SLOT_EXTRA } = require('./dist/collector/binding.js');
const { collector, collectGarbage } = require('./dist/collector/index.js');
const helper = require('./helper.node');
const MIB = 2 ** 20;
const value = (slot, name) => collector().numbers[slot * SLOT_STRIDE + (METRIC_INDEX[name] ?? SLOT_EXTRA[name])];
/** JSON has no NaN. */
const print = (result) => process.stdout.write(JSON.stringify(result, (_, item) => (Number.isNaN(item) ? 'absent' : item)));
function measure(body, set = 'core') {
  const slot = collector().start(set);
  body();
  collector().stop(slot);
  const names = [...Object.keys(METRIC_INDEX), ...Object.keys(SLOT_EXTRA)];
  const result = Object.fromEntries(names.map((name) => [name, value(slot, name)]));
  collector().release(slot);
  return result;
}
/** First calls compile and load: megabytes that are not what a test looks at. */
function warmUp() {
  for (let round = 0; round < 20; round += 1) measure(() => helper.hold(MIB, 0), round % 2 ? 'core' : 'gc');
  collectGarbage();
}
`;

export interface ScriptOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Words before the command, such as `unshare -m`, that run what follows as their arguments. */
  readonly before?: readonly string[];
  /** Leave the add-on out of the copy. */
  readonly withoutAddon?: boolean;
}

/** A folder that every user may read, with a copy of what a script needs: the collector, the add-on and the test helper. */
export function scriptFolder({ withoutAddon = false }: ScriptOptions = {}): string {
  buildHelper();
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  for (const room of ['collector', 'model']) cpSync(join(REPOSITORY, 'dist', room), join(folder, 'dist', room), { recursive: true });
  cpSync(HELPER, join(folder, 'helper.node'));
  mkdirSync(join(folder, 'build', 'Release'), { recursive: true });
  if (!withoutAddon) cpSync(join(REPOSITORY, 'build', 'Release', 'spanmeter.node'), join(folder, 'build', 'Release', 'spanmeter.node'));
  return folder;
}

/** Runs a script of CommonJS. @returns what it printed, parsed */
export function runScript<Result>(text: string, options: ScriptOptions = {}, folder = scriptFolder(options)): Result {
  const path = join(folder, 'script.cjs');
  writeFileSync(path, `${PRELUDE}${text}`);
  const [program, ...args] = [...(options.before ?? []), process.execPath, path];
  const env = { ...process.env, SPANMETER_NATIVE: '1', ...options.env };
  const { status, signal, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8', timeout: 50_000 });
  if (status !== 0) throw new Error(`The script ended with ${String(status ?? signal)}.\n${stdout}${stderr}`);
  return JSON.parse(stdout) as Result;
}
