/** The module hook as node's hook thread wants it: exports, and the places sent once at the start. */
import { createHooks, type Hooks, type Places } from './redirect.js';

let hooks: Hooks;

export function initialize(places: Places): void {
  hooks = createHooks(places);
}

export const resolve: Hooks['resolve'] = (specifier, context, next) => hooks.resolve(specifier, context, next);
