import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describePackages, hashLockfile } from '../dist/context/index.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanmeter-packages-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function lay(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

const lockfileHash = async (folder: string): Promise<string | undefined> => {
  const { lockfile } = await describePackages(folder);
  return lockfile && hashLockfile(lockfile);
};
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

describe('packages', () => {
  it('are the direct dependencies as installed, sorted, each once', async () => {
    lay({
      'package.json': {
        dependencies: { zod: '^3.0.0', '@scope/a': '*' },
        devDependencies: { vitest: '~4.1.0', zod: '^3.0.0' },
        optionalDependencies: { fsevents: '*' },
        peerDependencies: { react: '*' },
      },
      'node_modules/zod/package.json': { version: '3.25.1' },
      'node_modules/@scope/a/package.json': { version: '1.0.0-beta.2' },
      'node_modules/vitest/package.json': '\ufeff{"version":"4.1.12"}',
      'node_modules/react/package.json': { version: '19.0.0' },
      'node_modules/transitive/package.json': { version: '1.0.0' },
    });
    expect(await describePackages(root)).toEqual({
      packages: [
        { name: '@scope/a', version: '1.0.0-beta.2' },
        { name: 'react', version: '19.0.0' },
        { name: 'vitest', version: '4.1.12' },
        { name: 'zod', version: '3.25.1' },
      ],
    });
  });

  it('are found where Node finds them: hoisted, in the nearest folder first, through links, under an alias', async () => {
    lay({
      'packages/app/package.json': { dependencies: { hoisted: '*', both: '*', linked: '*', alias: 'npm:other@2' } },
      'node_modules/hoisted/package.json': { version: '1.0.0' },
      'node_modules/both/package.json': { version: '1.0.0' },
      'packages/app/node_modules/both/package.json': { version: '2.0.0' },
      'node_modules/.pnpm/linked@3.0.0/node_modules/linked/package.json': { version: '3.0.0' },
      'packages/app/node_modules/alias/package.json': { name: 'other', version: '2.5.0' },
    });
    symlinkSync(join(root, 'node_modules/.pnpm/linked@3.0.0/node_modules/linked'), join(root, 'packages/app/node_modules/linked'));
    const { packages } = await describePackages(join(root, 'packages', 'app'));
    expect(Object.fromEntries(packages.map(({ name, version }) => [name, version]))).toEqual({
      alias: '2.5.0',
      both: '2.0.0',
      hoisted: '1.0.0',
      linked: '3.0.0',
    });
  });

  it('that are missing or broken are left out', async () => {
    lay({
      'package.json': { dependencies: { missing: '*', broken: '*', private: '*', odd: '*' }, devDependencies: null },
      'node_modules/broken/package.json': '{',
      'node_modules/private/package.json': { name: 'private' },
      'node_modules/odd/package.json': { version: 5 },
    });
    expect(await describePackages(root)).toEqual({ packages: [] });
  });

  it.each(['{', '[]', 'null', '"text"', '{"dependencies":["a"]}', '{"dependencies":5}'])(
    'are none in a package.json that holds %s',
    async (text) => {
      lay({ 'package.json': text });
      expect(await describePackages(root)).toEqual({ packages: [] });
    },
  );

  it('are none without package.json', async () => {
    expect(await describePackages(root)).toEqual({ packages: [] });
    expect(await describePackages(join(root, 'missing'))).toEqual({ packages: [] });
  });
});

describe('the packages of a workspace', () => {
  const versions = async (): Promise<string[]> => (await describePackages(root)).packages.map(({ name, version }) => `${name} ${version}`);

  it('are those of its root and of all members, each version once', async () => {
    lay({
      'package.json': { workspaces: ['packages/*', './tools/cli/'], devDependencies: { vitest: '*' } },
      'packages/a/package.json': { dependencies: { zod: '^3', left: '*' } },
      'packages/b/package.json': { dependencies: { zod: '^4' } },
      'packages/no-member/readme.md': '',
      'tools/cli/package.json': { dependencies: { commander: '*', vitest: '*' } },
      'tools/other/package.json': { dependencies: { left: '*', other: '*' } },
      'node_modules/vitest/package.json': { version: '4.1.12' },
      'node_modules/zod/package.json': { version: '3.25.1' },
      'node_modules/commander/package.json': { version: '14.0.0' },
      'node_modules/other/package.json': { version: '1.0.0' },
      'packages/b/node_modules/zod/package.json': { version: '4.0.2' },
      'packages/a/node_modules/left/package.json': { version: '1.3.0' },
    });
    expect(await versions()).toEqual(['commander 14.0.0', 'left 1.3.0', 'vitest 4.1.12', 'zod 3.25.1', 'zod 4.0.2']);
  });

  it.each([
    ["Yarn's longer form", { packages: ['packages/*'] }, ['a 1.0.0', 'b 1.0.0', 'e 1.0.0']],
    ['names with *', ['packages/*-lib'], ['b 1.0.0']],
    ['* in the middle', ['*/nested/inner'], ['d 1.0.0']],
    ['what is left out', ['packages/*', '!packages/b-lib'], ['a 1.0.0', 'e 1.0.0']],
    ['** as *', ['packages/**'], ['a 1.0.0', 'b 1.0.0', 'e 1.0.0']],
    ['a dot, which is no pattern', ['packages/a.lib'], []],
    ['the root itself', ['.', 'packages/a+lib'], ['e 1.0.0']],
    ['nothing that there is', ['missing/*', 'packages/none'], []],
    ['nonsense', [5, null, '', '/', '*(('], []],
    ['nonsense', 'packages/*', []],
    ['nonsense', null, []],
    ['nonsense', { packages: 5 }, []],
  ])('are found by %s', async (_, workspaces, expected) => {
    lay({
      'package.json': { workspaces },
      'packages/a-tool/package.json': { dependencies: { a: '*' } },
      'packages/b-lib/package.json': { dependencies: { b: '*' } },
      'packages/a+lib/package.json': { dependencies: { e: '*' } },
      'packages/node_modules/package.json': { dependencies: { c: '*' } },
      'packages/.hidden/package.json': { dependencies: { c: '*' } },
      'packages/file.txt': '',
      'group/nested/inner/package.json': { dependencies: { d: '*' } },
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) lay({ [`node_modules/${name}/package.json`]: { version: '1.0.0' } });
    expect(await versions()).toEqual(expected);
  });

  it('of a member are its own', async () => {
    lay({
      'package.json': { workspaces: ['packages/*'], devDependencies: { vitest: '*' } },
      'packages/a/package.json': { dependencies: { zod: '*' } },
      'node_modules/vitest/package.json': { version: '4.1.12' },
      'node_modules/zod/package.json': { version: '3.25.1' },
    });
    expect((await describePackages(join(root, 'packages/a'))).packages).toEqual([{ name: 'zod', version: '3.25.1' }]);
  });
});

describe('the hash of the lockfile', () => {
  it.each(['npm-shrinkwrap.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'])(
    'is of %s',
    async (name) => {
      lay({ [name]: 'locked' });
      expect(await lockfileHash(root)).toBe(hashOf('locked'));
      lay({ [name]: 'locked otherwise' });
      expect(await lockfileHash(root)).toBe(hashOf('locked otherwise'));
    },
  );

  it.each([
    ['package.json', { workspaces: ['packages/*'] }],
    ['pnpm-workspace.yaml', 'packages:\n  - packages/*\n'],
  ])('is of the workspace that %s tells', async (name, content) => {
    lay({ [name]: content, 'pnpm-lock.yaml': 'of the workspace', 'packages/a/package.json': {}, 'packages/b/yarn.lock': 'its own' });
    expect(await lockfileHash(join(root, 'packages', 'a'))).toBe(hashOf('of the workspace'));
    expect(await lockfileHash(join(root, 'packages', 'b'))).toBe(hashOf('its own'));
  });

  it('is not of another project further up', async () => {
    lay({ 'package.json': {}, 'package-lock.json': 'not mine', 'projects/a/package.json': {} });
    expect(await lockfileHash(join(root, 'projects', 'a'))).toBeUndefined();
  });

  it('is absent when the lockfile changed after it was found', async () => {
    lay({ 'package-lock.json': 'locked' });
    const { lockfile } = await describePackages(root);
    lay({ 'package-lock.json': 'installed meanwhile' });
    expect(await hashLockfile(lockfile!)).toBeUndefined();
  });
});
