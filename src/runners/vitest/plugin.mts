/** `plugins: [spanmeter()]` in a Vitest configuration. */
import type {} from 'vitest/config';
import type { Vite } from 'vitest/node';
import type { Options } from '../../session/options/index.js';
import type { Markers } from '../markers.js';
import { GLOBAL_SETUP_FILE, holdOptions } from './late.mjs';
import { isSwitchedOff } from '../../model/switch.js';
import { addReporter } from './reporter.mjs';

/** See the options' reference. What `spanmeter run` was told on its command line goes before what stands here. */
export type SpanmeterOptions = Partial<Options>;

/** What `meta: { spanmeter: {...} }` on a test or suite can say. A suite's values hold for all that is inside it. */
export type SpanmeterMeta = Markers;

declare module 'vitest' {
  interface TaskMeta {
    spanmeter?: SpanmeterMeta;
  }
}

/** Measures every test: adds a setup file and a reporter to the resolved configuration, and changes nothing else. */
export default function spanmeter(options: SpanmeterOptions = {}): Vite.Plugin {
  return {
    name: 'spanmeter',
    config({ test }) {
      // Vitest 3 calls them a workspace as well.
      const { projects, workspace } = (test ?? {}) as { readonly projects?: unknown; readonly workspace?: unknown };
      if ((projects ?? workspace) === undefined || isSwitchedOff(process.env)) return undefined;
      holdOptions(options);
      return { test: { globalSetup: [GLOBAL_SETUP_FILE] } };
    },
    configureVitest({ vitest }) {
      addReporter(vitest, options);
    },
  };
}
