import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findRoot,
  flagProperty,
  OPTIONS,
  optionsFromFlags,
  resolveOptions,
  resolveOptionsOrWarn,
  type Options,
} from '../dist/session/options/index.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanmeter-options-'));
  writeFileSync(join(root, 'package.json'), '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

const resolved = (given: Partial<Options> = {}, env: NodeJS.ProcessEnv = {}) => resolveOptions(given, { env, cwd: root });
const configure = (config: unknown) => writeFileSync(join(root, 'spanmeter.config.json'), JSON.stringify(config));

/** The message of a refusal. */
async function refusal(given: object, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const error: unknown = await resolved(given, env).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'SpanmeterError', code: 'SPANMETER_USAGE' });
  return (error as Error).message;
}

/** For each option but root: the value of each source as it is written there, and as it comes out. */
const SOURCES: {
  readonly [K in Exclude<keyof Options, 'root'>]: readonly [given: Options[K], env: string, fromEnv: unknown, file: unknown];
} = {
  db: ['/given/a.db', '/environment/b.db', '/environment/b.db', '/file/c.db'],
  remote: ['https://given.example', 'http://e.example:81/x', 'http://e.example:81/x', 'https://file.example'],
  remoteTimeout: [0.5, '3', 3, 20],
  token: ['given', 'environment', 'environment', 'file'],
  description: ['given', 'environment', 'environment', 'file'],
  tags: [{ from: 'given' }, 'from=environment', { from: 'environment' }, { from: 'file' }],
  component: ['given', 'environment', 'environment', 'file'],
  componentPrefix: ['given', 'environment', 'environment', 'file'],
  include: ['^shop', 'a.*b', 'a.*b', 'x|y'],
  exclude: ['slow$', 'c+', 'c+', 'z'],
  scopes: [['test'], 'file, suite', ['file', 'suite'], ['hook']],
  gc: [true, 'on', true, true],
  probes: ['core', 'gc', 'gc', 'core'],
  peak: ['leave', 'leave', 'leave', 'leave'],
  budget: [true, 'no', false, true],
  quiet: [true, 'yes', true, true],
};

describe('sources', () => {
  it('are the defaults when nothing is said', async () => {
    expect(await resolved()).toEqual({
      db: join(root, '.spanmeter', 'history.db'),
      description: '',
      tags: {},
      scopes: ['test', 'file', 'suite', 'session', 'bench', 'span'],
      gc: false,
      peak: 'reset',
      quiet: false,
      remoteTimeout: 10,
      root,
      enabled: true,
      isElsewhere: false,
      given: {},
      named: {},
      warnings: [],
    });
  });

  it('are all covered below', () => {
    expect([...Object.keys(SOURCES), 'root'].sort()).toEqual(OPTIONS.map((row) => row.key).sort());
  });

  it.each(Object.entries(SOURCES))('give %s in the order given, environment, file', async (key, [given, text, fromEnv, file]) => {
    const { environment } = OPTIONS.find((row) => row.key === key)!;
    configure({ [key]: file });
    expect(await resolved()).toHaveProperty(key, file);
    expect(await resolved({}, { [environment]: text })).toHaveProperty(key, fromEnv);
    expect(await resolved({ [key]: given }, { [environment]: text })).toHaveProperty(key, given);
  });

  it.each(['gc', 'quiet'] as const)('can say false over a true below: %s', async (key) => {
    const { environment } = OPTIONS.find((row) => row.key === key)!;
    configure({ [key]: true });
    expect((await resolved({}, { [environment]: '0' }))[key]).toBe(false);
    expect((await resolved({ [key]: false }, { [environment]: '1' }))[key]).toBe(false);
  });

  it('count an undefined or empty value as nothing said', async () => {
    configure({ description: 'file' });
    const given = { description: undefined } as unknown as Partial<Options>;
    expect(await resolved(given, { SPANMETER_DESCRIPTION: '' })).toHaveProperty('description', 'file');
  });

  it('merge tags name by name', async () => {
    configure({ tags: { a: 'file', b: 'file', c: 'file' } });
    const { tags } = await resolved({ tags: { a: 'given' } }, { SPANMETER_TAGS: 'a=environment,b=environment' });
    expect(tags).toEqual({ a: 'given', b: 'environment', c: 'file' });
  });

  it('are told apart: what was given, what any of them named, and what is the default', async () => {
    configure({ tags: { c: 'file' }, component: 'file', gc: false });
    const { given, named } = await resolved({ componentPrefix: 'given', tags: { a: 'given' } }, { SPANMETER_PROBES: 'core' });
    expect(given).toEqual({ componentPrefix: 'given', tags: { a: 'given' } });
    expect(named).toEqual({ componentPrefix: 'given', tags: { a: 'given', c: 'file' }, probes: 'core', gc: false });
  });

  it('leave component and componentPrefix to the highest source that has one', async () => {
    configure({ componentPrefix: 'file' });
    expect(await resolved({ component: 'given' })).toMatchObject({ component: 'given' });
    expect(await resolved({ component: 'given' })).not.toHaveProperty('componentPrefix');
    const env = { SPANMETER_COMPONENT: 'environment' };
    expect(await resolved({ componentPrefix: 'given' }, env)).not.toHaveProperty('component');
    expect(await refusal({}, { ...env, SPANMETER_COMPONENT_PREFIX: 'x' })).toMatch(/^the environment: .* exclude each other/);
  });

  it('are all ignored but the given one with SPANMETER=0, be they broken or not', async () => {
    writeFileSync(join(root, 'spanmeter.config.json'), '{ broken');
    const options = await resolved({ description: 'given' }, { SPANMETER: '0', SPANMETER_GC: 'broken', SPANMETER_NONSENSE: '1' });
    expect(options).toMatchObject({ enabled: false, description: 'given', gc: false, warnings: [] });
    expect((await resolved({}, { SPANMETER: '0', SPANMETER_DB: '/x.db' })).db).toBe(join(root, '.spanmeter', 'history.db'));
  });
});

describe('paths', () => {
  it('are relative to the working directory, in a config file to its folder', async () => {
    const cwd = join(root, 'packages', 'a');
    mkdirSync(cwd, { recursive: true });
    configure({ db: './from-file.db' });
    expect(await resolveOptions({}, { env: {}, cwd })).toMatchObject({
      root,
      db: join(root, 'from-file.db'),
    });
    expect(await resolveOptions({ db: 'x.db' }, { env: {}, cwd })).toHaveProperty('db', join(cwd, 'x.db'));
    expect(await resolveOptions({}, { env: { SPANMETER_DB: '../x.db' }, cwd })).toHaveProperty('db', join(root, 'packages', 'x.db'));
  });

  it('of a history may be a URL or false', async () => {
    expect(await resolved({}, { SPANMETER_DB: 'postgres://db.example/x' })).toHaveProperty('db', 'postgres://db.example/x');
    expect(await resolved({}, { SPANMETER_DB: ':memory:' })).toHaveProperty('db', ':memory:');
    expect(await resolved({}, { SPANMETER_DB: 'false' })).toHaveProperty('db', false);
    configure({ db: false });
    expect(await resolved()).toHaveProperty('db', false);
  });

  it('of the root: the given one, the environment, the nearest package.json, the working directory', async () => {
    const deep = join(root, 'packages', 'a', 'src');
    mkdirSync(deep, { recursive: true });
    expect(findRoot(deep)).toBe(root);
    writeFileSync(join(root, 'packages', 'a', 'package.json'), '{}');
    expect(findRoot(deep)).toBe(join(root, 'packages', 'a'));
    expect(await resolveOptions({}, { env: { SPANMETER_ROOT: '..' }, cwd: deep })).toHaveProperty('root', join(root, 'packages', 'a'));
    expect(await resolveOptions({ root }, { env: { SPANMETER_ROOT: '..' }, cwd: deep })).toHaveProperty('root', root);
    rmSync(join(root, 'package.json'));
    expect(findRoot(root)).toBe(root);
  });
});

describe('tags as text', () => {
  it.each([
    ['nightly', { nightly: true }],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 , b ', { a: ' 1', b: true }],
    ['query=a=b', { query: 'a=b' }],
    ['empty=', { empty: '' }],
    ['list=1\\,2,path=C:\\\\x', { list: '1,2', path: 'C:\\x' }],
    ['end=\\', { end: '\\' }],
    [',a,,b,', { a: true, b: true }],
    ['{"a":1,"b":true,"c":"x"}', { a: 1, b: true, c: 'x' }],
    ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
  ])('%j', async (text, tags) => {
    const found = (await resolved({}, { SPANMETER_TAGS: text })).tags;
    expect(Object.entries(found)).toEqual(Object.entries(tags as object));
  });

  it.each(['=x', 'a,=x', '{"a":', '{"a":{}}', '{"":1}'])('refuses %j', async (text) => {
    expect(await refusal({}, { SPANMETER_TAGS: text })).toMatch(/^SPANMETER_TAGS: expected tags: name=value/);
  });
});

describe('mistakes', () => {
  it.each<[object, NodeJS.ProcessEnv, string]>([
    [{ gcc: true }, {}, "the given options: there is no option 'gcc'. Did you mean 'gc'?"],
    [{ 'component-prefix': 'x' }, {}, "the given options: there is no option 'component-prefix'. Did you mean 'componentPrefix'?"],
    [{ gc: 'yes' }, {}, "the given options: 'gc': expected true or false, got 'yes'."],
    [{ db: 5 }, {}, "the given options: 'db': expected a path, a URL, or false, got 5."],
    [{ db: '' }, {}, "the given options: 'db': expected a path, a URL, or false, got ''."],
    [{ remoteTimeout: 0 }, {}, "the given options: 'remoteTimeout': expected a number of seconds above 0, got 0."],
    [{ remote: 'server:80' }, {}, "the given options: 'remote': expected a URL that begins with http:// or https://, got 'server:80'."],
    [{ probes: 'all' }, {}, "the given options: 'probes': expected one of core, full, gc, got 'all'."],
    [{ tags: ['a'] }, {}, "the given options: 'tags': expected tags: name=value separated by commas"],
    [{ tags: { a: null } }, {}, "the given options: 'tags': expected tags: name=value separated by commas"],
    [{ scopes: [] }, {}, "the given options: 'scopes': expected one or more of test, file, suite, session, hook, bench, span, got []."],
    [{ component: '' }, {}, "the given options: 'component': expected text that is not empty, got ''."],
    [{ include: '(' }, {}, "the given options: 'include': expected a regular expression, got '('."],
    [{}, { SPANMETER_SCOPES: 'test,tset' }, 'SPANMETER_SCOPES: expected one or more of test, file'],
    [{}, { SPANMETER_GC: 'constructor' }, "SPANMETER_GC: expected true or false, got 'constructor'."],
    [{}, { SPANMETER_REMOTE: 'http://' }, 'SPANMETER_REMOTE: expected a URL that begins with http:// or https://'],
    [{}, { SPANMETER_PEAK: 'x'.repeat(1000) }, 'SPANMETER_PEAK: expected one of reset, leave, got '],
  ])('%j %j', async (given, env, message) => {
    const found = await refusal(given, env);
    expect(found.slice(0, message.length)).toBe(message);
    expect(found.length).toBeLessThan(300);
  });

  it('with no name near list all of them', async () => {
    expect(await refusal({ zzzzzz: 1 })).toBe(
      `the given options: there is no option 'zzzzzz'. There are: ${OPTIONS.map((row) => row.key).join(', ')}.`,
    );
  });

  it('never show the token', async () => {
    expect(await refusal({ token: 12345678 })).toBe("the given options: 'token': expected text that is not empty, got something else.");
  });

  it('are told under the name that the caller gives its source', async () => {
    const where = { env: {}, cwd: root, source: 'spanmeter() in vitest.config.ts' };
    await expect(resolveOptions({ gcc: 1 } as Partial<Options>, where)).rejects.toThrow(/^spanmeter\(\) in vitest\.config\.ts: /);
  });

  it('in a name of the environment are a warning: another version may know it', async () => {
    const { warnings } = await resolved({}, { SPANMETER_TAG: 'x', SPANMETER_SESSION: 'x', SPANMETER: '1', SPANMETERX: 'x' });
    expect(warnings).toEqual(["SPANMETER_TAG is no option and was ignored. Did you mean 'SPANMETER_TAGS'?"]);
  });

  it('become warnings on request, and the next source counts', async () => {
    configure({ gc: true, quiet: 'no', nonsense: 1, description: 'file' });
    const given = { description: 5, probes: 'core' } as unknown as Partial<Options>;
    const options = await resolveOptionsOrWarn(given, { env: { SPANMETER_GC: 'perhaps', SPANMETER_QUIET: 'true' }, cwd: root });
    expect(options).toMatchObject({ gc: true, quiet: true, description: 'file', probes: 'core' });
    expect(options.warnings).toEqual([
      "the given options: 'description': expected text, got 5. It was ignored.",
      "SPANMETER_GC: expected true or false, got 'perhaps'. It was ignored.",
      "spanmeter.config.json: 'quiet': expected true or false, got 'no'. It was ignored.",
      expect.stringMatching(/^spanmeter\.config\.json: there is no option 'nonsense'\. .* It was ignored\.$/),
    ]);
  });
});

describe('flags', () => {
  it('have names of their own', () => {
    const names = OPTIONS.flatMap((row) => (row.flag === undefined ? [] : [row.flag.name, row.flag.negative])).filter((name) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(OPTIONS.find((row) => row.key === 'componentPrefix')!.flag).toSatisfy((flag) => flagProperty(flag) === 'componentPrefix');
  });

  it('become options', () => {
    const flags = {
      ...{ db: 'x.db', remote: 'http://a.example', description: 'd', tag: ['nightly', 'team=core', 'q=a,b=c'] },
      ...{ component: 'c', scope: 'file,test', gc: true, probes: 'gc', peak: 'leave', budget: 'b.json', quiet: true, json: true },
    };
    expect(optionsFromFlags(flags, root)).toEqual({
      ...{ db: join(root, 'x.db'), remote: 'http://a.example', description: 'd', tags: { nightly: true, team: 'core', q: 'a,b=c' } },
      ...{ component: 'c', scopes: ['test', 'file'], gc: true, probes: 'gc', peak: 'leave', budget: join(root, 'b.json'), quiet: true },
    });
    expect(optionsFromFlags({ db: false, gc: false, tag: [] }, root)).toEqual({ db: false, gc: false });
  });

  it.each([
    [{ scope: 'tests' }, '--scope: expected one or more of test, file'],
    [{ tag: ['a', '=x'] }, '--tag: expected name=value or a name, got "=x".'],
    [{ remote: 'server' }, '--remote: expected a URL'],
  ])('refuse %j', (flags, message) => {
    expect(() => optionsFromFlags(flags, root)).toThrow(message);
  });
});
