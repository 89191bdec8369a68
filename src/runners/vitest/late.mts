/** Hands the plugin's options on to the global setup, which Vitest may evaluate in another module graph. */
import { fileURLToPath } from 'node:url';
import type { Options } from '../../session/options/index.js';

const KEY = Symbol.for('spanmeter.vitest.options');
const held = globalThis as { [KEY]?: Partial<Options> };

export const GLOBAL_SETUP_FILE = fileURLToPath(new URL('./global-setup.mjs', import.meta.url));

export function holdOptions(options: Partial<Options>): void {
  held[KEY] = options;
}

export function lateOptions(): Partial<Options> {
  return held[KEY] ?? {};
}
