/**
 * Puts our plugin into Vitest without a change to the user's configuration: Vitest's own import of `vite` is led to a wrapper
 * that is Vite with one difference, `createServer` adds the plugin. Everything else then goes the way of a configured plugin,
 * for each project too, and a watching server that restarts keeps it.
 */
import module from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createHooks, type Hooks } from './redirect.js';
import { unsupported } from './version.js';

export function attach(script: string): void {
  // vitest.mjs lies beside dist/, dist/cli.js in it.
  const folder = script.endsWith('.mjs') ? dirname(script) : dirname(dirname(script));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  const refusal = unsupported(version);
  if (refusal !== undefined) {
    process.stderr.write(`spanmeter: ${refusal}\n`);
    return;
  }
  const places = {
    vitest: pathToFileURL(folder).href,
    plugin: pathToFileURL(join(__dirname, 'plugin.mjs')).href,
  };
  const { registerHooks } = module as { registerHooks?: (hooks: Hooks) => unknown };
  if (registerHooks !== undefined) registerHooks(createHooks(places));
  // Before Node 22.15 hooks can only run in a thread of their own (30 ms, once a run).
  else module.register(pathToFileURL(join(__dirname, 'redirect-thread.mjs')).href, { data: places });
}
