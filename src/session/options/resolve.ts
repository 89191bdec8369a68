/** Brings the sources of options together: given > environment > config file > defaults. */
import { resolve } from 'node:path';
import { messageOf, type SpanmeterError } from '../../model/errors.js';
import { isSwitchedOff } from '../../model/switch.js';
import { fromEnvironment, unknownVariables } from './environment.js';
import { fromFile, fromFileNow, type FoundFile } from './file.js';
import { checkLayer, usage } from './layer.js';
import type { Layer, Report } from './layer.js';
import type { Options, ResolvedOptions } from './options.js';
import { checkRoot, findRoot } from './root.js';
import { OPTIONS } from './table.js';

export interface Where {
  /** Default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the root is looked for and what relative paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** What the given options are called in messages. Default: `the given options`. */
  readonly source?: string;
}

/**
 * Tags are merged over the sources, name by name; every other option is taken from the first source that has it.
 * @throws SpanmeterError SPANMETER_USAGE naming the option, the source and what is expected
 */
export async function resolveOptions(given: Partial<Options> = {}, where: Where = {}): Promise<ResolvedOptions> {
  const known = gather(given, where, [], (mistake) => {
    throw mistake;
  });
  if (known.enabled) checkRoot(known.root);
  return settle(known, known.enabled ? await fromFile(known.root, known.report) : undefined);
}

/** Never throws: each mistake is left out and becomes a warning. For test runners, whose run a mistake must not end. */
export async function resolveOptionsOrWarn(given: Partial<Options> = {}, where: Where = {}): Promise<ResolvedOptions> {
  const known = gatherOrWarn(given, where);
  return settle(known, known.enabled ? await fromFile(known.root, known.report) : undefined);
}

/** The same for who can't wait. */
export function resolveOptionsNow(given: Partial<Options> = {}, where: Where = {}): ResolvedOptions {
  const known = gatherOrWarn(given, where);
  return settle(known, known.enabled ? fromFileNow(known.root, known.report) : undefined);
}

/** What is known before the configuration is read. */
interface Gathered {
  readonly enabled: boolean;
  readonly root: string;
  readonly isElsewhere: boolean;
  readonly layers: readonly Layer[];
  readonly warnings: string[];
  readonly report: Report;
}

function gatherOrWarn(given: Partial<Options>, where: Where): Gathered {
  const warnings: string[] = [];
  const known = gather(given, where, warnings, (mistake: SpanmeterError) => {
    warnings.push(`${mistake.message} It was ignored.`);
  });
  try {
    if (known.enabled) checkRoot(known.root);
    return known;
  } catch (thrown) {
    // Another root would have another history.
    warnings.push(`Nothing is recorded: ${messageOf(thrown)}`);
    return { ...known, enabled: false };
  }
}

function gather(given: Partial<Options>, where: Where, warnings: string[], report: Report): Gathered {
  const env = where.env ?? process.env;
  const cwd = resolve(where.cwd ?? process.cwd());
  const enabled = !isSwitchedOff(env);
  const layers = [checkLayer(where.source ?? 'the given options', given, cwd, report)];
  // Switched off means left alone: not even a broken config file may speak up.
  if (enabled) {
    layers.push(fromEnvironment(env, cwd, report));
    warnings.push(...unknownVariables(env));
  }
  const usual = findRoot(cwd);
  const root = pick(layers, 'root') ?? usual;
  return { enabled, root, isElsewhere: root !== usual || pick(layers, 'db') !== undefined, layers, warnings, report };
}

function settle({ enabled, root, isElsewhere, layers, warnings, report }: Gathered, file: FoundFile | undefined): ResolvedOptions {
  if (file !== undefined && file.unused.length > 0)
    warnings.push(`Options are read from ${file.layer.source}; not used: ${file.unused.join(', ')} (in ${root}).`);
  const all = [...layers, ...(file === undefined ? [] : [file.layer])];
  const named = settleComponent(merge(all), all, report);
  return { ...defaults(root), ...named, enabled, isElsewhere, given: givenOf(layers, named), named, warnings };
}

function defaults(root: string): Options {
  const values = OPTIONS.filter((row) => row.default !== undefined).map((row) => [row.key, row.default]);
  return { ...(Object.fromEntries(values) as Options), root, db: resolve(root, '.spanmeter', 'history.db') };
}

function merge(layers: readonly Layer[]): Partial<Options> {
  const sources = layers.map((layer) => layer.values).reverse();
  const merged = Object.assign({}, ...sources) as Partial<Options>;
  const tags = sources.flatMap((values) => Object.entries(values.tags ?? {}));
  return tags.length > 0 ? { ...merged, tags: Object.fromEntries(tags) } : merged;
}

/** Without what lost against another of the same source. */
function givenOf([first]: readonly Layer[], named: Partial<Options>): Partial<Options> {
  return Object.fromEntries(Object.entries(first!.values).filter(([key]) => key in named));
}

/** `component` and `componentPrefix` exclude each other: the higher source's counts, and in one source they are a mistake. */
function settleComponent(options: Partial<Options>, layers: readonly Layer[], report: Report): Partial<Options> {
  if (options.component === undefined || options.componentPrefix === undefined) return options;
  const first = layers.find((layer) => layer.values.component !== undefined || layer.values.componentPrefix !== undefined)!;
  const { component, componentPrefix, ...rest } = options;
  if (first.values.component !== undefined && first.values.componentPrefix !== undefined) {
    report(usage(`${first.source}: 'component' and 'componentPrefix' exclude each other; keep one.`));
  }
  return first.values.component === undefined ? { ...rest, componentPrefix } : { ...rest, component };
}

function pick<K extends keyof Options>(layers: readonly Layer[], key: K): Options[K] | undefined {
  return layers.find((layer) => layer.values[key] !== undefined)?.values[key];
}
