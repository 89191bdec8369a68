import { suggestion } from '../../model/nearest.js';
import type { Options } from './options.js';
import { readText } from './layer.js';
import type { Layer, Report } from './layer.js';
import { OPTIONS, OTHER_VARIABLES } from './table.js';

const PREFIX = 'SPANMETER_';

/** Options from environment variables. An empty variable counts as unset, since many CI systems can't unset one. */
export function fromEnvironment(env: NodeJS.ProcessEnv, cwd: string, report: Report): Layer {
  const values: Partial<Record<keyof Options, unknown>> = {};
  for (const row of OPTIONS) {
    const text = env[row.environment];
    if (text === undefined || text === '') continue;
    const value = readText(row.environment, row, text, cwd, report);
    if (value !== undefined) values[row.key] = value;
  }
  return { source: 'the environment', values: values as Partial<Options> };
}

/** A sentence for each variable that looks like ours but is none. Not a mistake: it may belong to another version. */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = [...OPTIONS.map((row) => row.environment), ...OTHER_VARIABLES];
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => `${name} is no option and was ignored. ${suggestion(name, known)}`);
}
