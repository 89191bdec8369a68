export { CONFIG_FILES } from './file.js';
export { flagProperty, optionsFromFlags } from './flags.js';
export type { Options, ResolvedOptions } from './options.js';
export { resolveOptions, resolveOptionsNow, resolveOptionsOrWarn } from './resolve.js';
export type { Where } from './resolve.js';
export { findRoot } from './root.js';
export { OPTIONS } from './table.js';
export type { OptionFlag, OptionRow } from './table.js';
