/**
 * Puts our plugin into Vitest without a change to the user's configuration: Vitest's own import of `vite` is led to a wrapper
 * that is Vite with one difference, what takes the plugins adds ours. Everything else then goes the way of a configured plugin,
 * for each project too, and a watching server that restarts keeps it.
 */
import module from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createHooks, type Hooks, type Places } from './redirect.js';
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
  const places: Places = {
    vitest: pathToFileURL(folder).href,
    plugin: pathToFileURL(join(__dirname, 'plugin.mjs')).href,
    // Since version 5 the configuration is resolved before there is a server.
    entry: Number.parseInt(version) < 5 ? 'createServer' : 'resolveConfig',
  };
  const { registerHooks } = module as { registerHooks?: (hooks: Hooks) => unknown };
  if (registerHooks !== undefined) registerHooks(createHooks(places));
  // Before Node 22.15 hooks can only run in a thread of their own (30 ms, once a run).
  else module.register(pathToFileURL(join(__dirname, 'redirect-thread.mjs')).href, { data: places });
}
