import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveOptions, resolveOptionsNow, resolveOptionsOrWarn } from '../dist/session/options/index.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanmeter-config-'));
  write('package.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(root, name), text);
const resolved = () => resolveOptions({}, { env: {}, cwd: root });

describe('a configuration', () => {
  it.each([
    ['an ESM file', 'spanmeter.config.mjs', 'export default { description: await Promise.resolve("found") };', '{}'],
    ['a CommonJS file', 'spanmeter.config.js', 'module.exports = { description: "found" };', '{"type":"commonjs"}'],
    ['a .js file of an ESM package', 'spanmeter.config.js', 'export default { description: "found" };', '{"type":"module"}'],
    ['a JSON file', 'spanmeter.config.json', '\ufeff{ "description": "found" }', '{}'],
    ['package.json', 'package.json', '{"spanmeter":{"description":"found"}}', '{"spanmeter":{"description":"found"}}'],
  ])('is read from %s', async (_, name, text, manifest) => {
    write(name, text);
    write('package.json', manifest);
    expect(await resolved()).toMatchObject({ description: 'found', warnings: [] });
  });

  it('is read by the built CommonJS from plain Node too', () => {
    write('spanmeter.config.mjs', 'export default { description: "found" };');
    const module = join(__dirname, '..', 'dist', 'session', 'options', 'index.js');
    const script = `require(process.argv[1]).resolveOptions({}, { env: {} }).then((o) => console.log(o.description))`;
    expect(execFileSync(process.execPath, ['-e', script, module], { cwd: root, encoding: 'utf8' })).toBe('found\n');
  });

  it('that is not used is named', async () => {
    write('spanmeter.config.mjs', 'export default { description: "mjs" };');
    write('spanmeter.config.json', '{ "description": "json" }');
    write('package.json', '{"spanmeter":{"description":"package"}}');
    const { description, warnings } = await resolved();
    expect(description).toBe('mjs');
    expect(warnings).toEqual([
      `Options are read from spanmeter.config.mjs; not used: spanmeter.config.json, the key 'spanmeter' of package.json (in ${root}).`,
    ]);
  });

  it('does not matter when package.json is broken but a file of its own is there', async () => {
    write('spanmeter.config.json', '{ "description": "json" }');
    write('package.json', '{');
    expect(await resolved()).toMatchObject({ description: 'json', warnings: [] });
  });
});

describe('a configuration for who cannot wait', () => {
  it.each([
    ['spanmeter.config.mjs', 'export default { description: "found" };', '{}'],
    ['spanmeter.config.js', 'module.exports = { description: "found" };', '{"type":"commonjs"}'],
    ['spanmeter.config.js', 'export default { description: "found" };', '{"type":"module"}'],
    ['spanmeter.config.json', '\ufeff{ "description": "found" }', '{}'],
    ['package.json', '{"spanmeter":{"description":"found"}}', '{"spanmeter":{"description":"found"}}'],
  ])('is the same: %s, %s', async (name, text, manifest) => {
    write(name, text);
    write('package.json', manifest);
    expect(resolveOptionsNow({}, { env: {}, cwd: root })).toEqual(await resolved());
  });

  it('can have no await of its own', () => {
    write('spanmeter.config.mjs', 'export default { description: await Promise.resolve("late") };');
    const { description, warnings } = resolveOptionsNow({}, { env: {}, cwd: root });
    expect(description).toBe('');
    expect(warnings).toEqual([expect.stringMatching(/spanmeter\.config\.mjs can't be used: .+ It was ignored\./s)]);
  });
});

describe('a broken configuration', () => {
  it.each([
    ['spanmeter.config.mjs', 'export default {', /spanmeter\.config\.mjs can't be used: .+/],
    ['spanmeter.config.mjs', 'throw new Error("no luck today");', /spanmeter\.config\.mjs can't be used: no luck today/],
    ['spanmeter.config.mjs', 'throw "only text";', /spanmeter\.config\.mjs can't be used: only text/],
    ['spanmeter.config.mjs', 'export const gc = true;', /spanmeter\.config\.mjs can't be used: it has no default export/],
    ['spanmeter.config.mjs', 'export default () => ({});', /^spanmeter\.config\.mjs: expected an object with options, got \[Function/],
    ['spanmeter.config.js', 'require("./missing.js")', /spanmeter\.config\.js can't be used: Cannot find module/],
    ['spanmeter.config.json', '{ "gc": tru', /spanmeter\.config\.json can't be used: .*JSON/],
    ['spanmeter.config.json', '', /spanmeter\.config\.json can't be used: .*JSON/],
    ['spanmeter.config.json', '[]', /^spanmeter\.config\.json: expected an object with options, got \[\]/],
    [
      'spanmeter.config.json',
      '{ "root": "." }',
      /^spanmeter\.config\.json: 'root' can't stand in a config file; use --root or SPANMETER_ROOT\./,
    ],
    ['spanmeter.config.json', '{ "tag": {} }', /^spanmeter\.config\.json: there is no option 'tag'. Did you mean 'tags'\?/],
    ['package.json', '{', /package\.json can't be used: .*JSON/],
    ['package.json', '{"spanmeter":true}', /^the key 'spanmeter' of package\.json: expected an object with options, got true/],
    ['package.json', '{"spanmeter":{"gc":1}}', /^the key 'spanmeter' of package\.json: 'gc': expected true or false, got 1\./],
  ])('%s: %s', async (name, text, message) => {
    write(name, text);
    await expect(resolved()).rejects.toMatchObject({ code: 'SPANMETER_USAGE', message: expect.stringMatching(message) });
    const { warnings, gc } = await resolveOptionsOrWarn({}, { env: {}, cwd: root });
    expect(gc).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(message)]);
    expect(warnings[0]).toMatch(/ It was ignored\.$/);
  });

  it('is also one that is a folder', async () => {
    mkdirSync(join(root, 'spanmeter.config.json'));
    await expect(resolved()).rejects.toThrow(/spanmeter\.config\.json can't be used: EISDIR/);
  });
});
