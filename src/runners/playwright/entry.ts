/** `spanmeter/playwright`: the configuration's one line, and a `test` that measures itself. */
import { join } from 'node:path';
import { isSwitchedOff } from '../../model/switch.js';
import type { Options } from '../../session/options/index.js';
import { say } from '../say.js';
import { findPlaywright } from './find.js';
import { held } from './held.js';
import { fixtures, instrument } from './measure.js';
import { placeReporter } from './reporter-place.js';

const GLOBAL_SETUP = join(__dirname, 'global-setup.js');
const playwright = findPlaywright();

/** Playwright's own `test`, whose tests are measured. For configurations without `monitor`. */
export const test: typeof import('@playwright/test').test = isSwitchedOff(process.env) ? playwright.test : playwright.test.extend(fixtures);
export const expect: typeof import('@playwright/test').expect = playwright.expect;

interface Config {
  readonly globalSetup?: string | readonly string[];
}

/**
 * Measures every test of a configuration: `export default monitor(defineConfig({...}))`. Adds a global setup and, for the run, a
 * reporter; and gives Playwright's `test` a fixture in the workers.
 */
export function monitor<C extends object>(config: C, options: Partial<Options> = {}): C {
  if (isSwitchedOff(process.env)) return config;
  // Configurations are evaluated in the main process and again in each worker.
  if (process.env['TEST_WORKER_INDEX'] !== undefined) {
    if (!instrument(playwright.test)) say('no test is measured: this version of Playwright is not supported');
    return config;
  }
  held.options = options;
  placeReporter();
  const { globalSetup = [] } = config as Config;
  return { ...config, globalSetup: [GLOBAL_SETUP, ...(typeof globalSetup === 'string' ? [globalSetup] : globalSetup)] };
}

export default monitor;
