/**
 * Puts our reporter into Jest without a change to the user's configuration or command line: @jest/core's own import of
 * jest-config is led to a wrapper that adds it once everything is resolved. The reporter does the rest, for each project.
 */
import Module from 'node:module';
import { join } from 'node:path';
import type { GlobalConfig } from './jest.js';

const REPORTER = join(__dirname, 'reporter.js');
/** Of any copy. */
const OURS = /[\\/]dist[\\/]runners[\\/]jest[\\/]reporter\.js$/;
const CORE = /[\\/]@jest[\\/]core[\\/]/;

/** Where one of these is set, Jest 30 takes another reporter as its default. */
const AGENT_VARIABLES = [
  'AI_AGENT',
  'AUGMENT_AGENT',
  'CLAUDE_CODE',
  'CLAUDECODE',
  'CODEX_SANDBOX',
  'CODEX_THREAD_ID',
  'CURSOR_AGENT',
  'GEMINI_CLI',
  'GOOSE_PROVIDER',
  'OPENCODE',
  'REPL_ID',
];

interface JestConfig {
  readConfigs(argv: Arguments, projects: readonly string[]): Promise<{ readonly globalConfig: GlobalConfig }>;
}
type Arguments = Readonly<Record<string, unknown>>;
type Load = (this: unknown, request: string, parent?: { readonly filename?: string | null }, ...more: unknown[]) => unknown;

/** The script is not of interest: which copy of Jest runs in the end shows when it is loaded. */
export function attach(): void {
  const modules = Module as unknown as { _load: Load };
  const { _load } = modules;
  const load: Load = function (request, parent, ...more) {
    const loaded = _load.call(this, request, parent, ...more);
    if (request !== 'jest-config' || !CORE.test(parent?.filename ?? '')) return loaded;
    const { createRequire } = Module;
    return wrapper(loaded as JestConfig, () => {
      // From here on users' own modules are loaded: we leave no trace in their stacks.
      if (modules._load === load) modules._load = _load;
      return createRequire(parent?.filename ?? '');
    });
  };
  modules._load = load;
}

function wrapper(config: JestConfig, begin: () => NodeJS.Require): JestConfig {
  const readConfigs: JestConfig['readConfigs'] = async (argv, projects) => {
    const load = begin();
    const read = await config.readConfigs(argv, projects);
    const isRun = argv['showConfig'] !== true && argv['clearCache'] !== true && read.globalConfig.listTests !== true;
    return isRun ? { ...read, globalConfig: withReporter(read.globalConfig, load) } : read;
  };
  return Object.create(config, { readConfigs: { value: readConfigs, enumerable: true } }) as JestConfig;
}

function withReporter(config: GlobalConfig, load: NodeJS.Require): GlobalConfig {
  const reporters = config.reporters ?? [[defaultReporter(load), {}] as const];
  if (reporters.some(([path]) => OURS.test(path))) return config;
  return Object.freeze({ ...config, reporters: [...reporters, [REPORTER, {}] as const] });
}

function defaultReporter(load: NodeJS.Require): string {
  if (!AGENT_VARIABLES.some((name) => Boolean(process.env[name]))) return 'default';
  return 'AgentReporter' in (load('@jest/reporters') as object) ? 'agent' : 'default';
}
