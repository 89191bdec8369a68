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
