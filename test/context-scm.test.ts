import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeScm } from '../dist/context/index.js';

let root: string;
/** Nothing of the CI system or the git hook that these tests may themselves run in, nor of the user's git configuration. */
const ENV = { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanmeter-scm-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
    cwd: root,
    env: ENV,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

function repository(): string {
  git('init', '--quiet', '--initial-branch=feature/größe');
  writeFileSync(join(root, 'file.txt'), 'one\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  return git('rev-parse', 'HEAD');
}

describe('a git work tree', () => {
  it('has revision and branch', async () => {
    const revision = repository();
    expect(await describeScm(root, { env: ENV })).toEqual({ revision, branch: 'feature/größe', dirty: false });
    mkdirSync(join(root, 'below'));
    expect(await describeScm(join(root, 'below'), { env: ENV })).toHaveProperty('revision', revision);
  });

  it('is dirty when a tracked file changed, be it staged or not; not by files that are not tracked', async () => {
    repository();
    writeFileSync(join(root, 'new.txt'), 'new');
    expect(await describeScm(root, { env: ENV })).toHaveProperty('dirty', false);
    git('add', 'new.txt');
    expect(await describeScm(root, { env: ENV })).toHaveProperty('dirty', true);
    git('commit', '--quiet', '-m', 'two');
    writeFileSync(join(root, 'file.txt'), 'two\n');
    expect(await describeScm(root, { env: ENV })).toHaveProperty('dirty', true);
  });

  it('with thousands of changes is dirty too', async () => {
    repository();
    for (let index = 0; index < 3000; index++) writeFileSync(join(root, `a-file-with-a-rather-long-name-${index}.txt`), '');
    git('add', '.');
    expect(await describeScm(root, { env: ENV })).toHaveProperty('dirty', true);
  });

  it('on a detached HEAD has no branch, unless the CI system knows it', async () => {
    const revision = repository();
    git('checkout', '--quiet', '--detach');
    expect(await describeScm(root, { env: ENV })).toEqual({ revision, dirty: false });
    const ci = {
      GITHUB_ACTIONS: 'true',
      GITHUB_REF_NAME: 'main',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_NUMBER: '7',
      GITHUB_SHA: 'f'.repeat(40),
    };
    expect(await describeScm(root, { env: { ...ENV, ...ci } })).toEqual({ revision, branch: 'main', dirty: false });
  });

  it('without a commit has no revision', async () => {
    git('init', '--quiet');
    expect(await describeScm(root, { env: ENV })).toEqual({ dirty: false });
  });

  it('is the one that the root is in, also below a git hook of another', async () => {
    const revision = repository();
    const hook = { GIT_DIR: '.git', GIT_INDEX_FILE: '/nonexistent/index', GIT_WORK_TREE: '/nonexistent' };
    mkdirSync(join(root, 'below'));
    expect(await describeScm(join(root, 'below'), { env: { ...ENV, ...hook } })).toMatchObject({ revision, dirty: false });
  });

  it('is not written to', async () => {
    repository();
    utimesSync(join(root, 'file.txt'), 1e9, 1e9); // Makes the index stale, which a plain `git status` would refresh.
    const before = readFileSync(join(root, '.git', 'index'));
    await describeScm(root, { env: ENV });
    expect(readFileSync(join(root, '.git', 'index')).equals(before)).toBe(true);
    expect(existsSync(join(root, '.git', 'index.lock'))).toBe(false);
  });
});

it('a file system monitor of the repository is not started', async () => {
  const revision = repository();
  writeFileSync(join(root, '.git', 'monitor'), `#!/bin/sh\ntouch '${join(root, 'started')}'\n`, { mode: 0o755 });
  git('config', 'core.fsmonitor', '.git/monitor');
  expect(await describeScm(root, { env: ENV })).toMatchObject({ revision, dirty: false });
  expect(existsSync(join(root, 'started'))).toBe(false);
});

describe('nothing is known, and nothing thrown,', () => {
  it('outside of a work tree', async () => {
    expect(await describeScm(root, { env: ENV })).toEqual({});
  });

  it('in a folder that does not exist', async () => {
    expect(await describeScm(join(root, 'missing'), { env: ENV })).toEqual({});
    expect(await describeScm('with\0nul', { env: ENV })).toEqual({});
  });

  it.each([{ PATH: '' }, { PATH: '/nonexistent' }])('without git: %j', async (env) => {
    repository();
    expect(await describeScm(root, { env })).toEqual({});
  });

  it('of a repository that is broken', async () => {
    repository();
    writeFileSync(join(root, '.git', 'HEAD'), 'nonsense');
    expect(await describeScm(root, { env: ENV })).toEqual({});
  });

  it('but what the CI system says', async () => {
    const ci = { CI_JOB_NAME: 'test', CI_PIPELINE_ID: '5', CI_COMMIT_SHA: 'a'.repeat(40), CI_COMMIT_BRANCH: 'main' };
    expect(await describeScm(root, { env: { ...ENV, ...ci } })).toEqual({ revision: 'a'.repeat(40), branch: 'main' });
  });
});

describe('a git that hangs', () => {
  /** Puts another `git` first in the PATH. @returns the environment, and the file to which it writes the ids of its processes */
  function otherGit(script: string): { env: NodeJS.ProcessEnv; pids: string } {
    const folder = join(root, 'bin');
    const pids = join(root, 'pids');
    mkdirSync(folder);
    writeFileSync(join(folder, 'git'), `#!/bin/sh\necho $$ >>'${pids}'\n${script}\n`);
    chmodSync(join(folder, 'git'), 0o755);
    return { env: { ...ENV, PATH: `${folder}:${ENV.PATH}` }, pids };
  }

  function alive(pids: string): number[] {
    const ids = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    return ids.filter((pid) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  }

  async function untilGone(pids: string): Promise<number[]> {
    for (let tries = 0; tries < 100 && alive(pids).length > 0; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
    return alive(pids);
  }

  it('is ended with its children, and the run goes on', async () => {
    const { env, pids } = otherGit(`sleep 300 &\necho $! >>'${pidsOf()}'\nwait`);
    const before = performance.now();
    expect(await describeScm(root, { env, timeout: 500 })).toEqual({});
    expect(performance.now() - before).toBeLessThan(5000);
    expect(readFileSync(pids, 'utf8').trim().split('\n')).toHaveLength(4);
    expect(await untilGone(pids)).toEqual([]);
  });

  it('while it looks for changes leaves revision and branch known', async () => {
    const { env, pids } = otherGit(`case "$*" in *status*) exec sleep 300;; esac\necho ${'b'.repeat(40)}\necho refs/heads/main`);
    expect(await describeScm(root, { env, timeout: 500 })).toEqual({ revision: 'b'.repeat(40), branch: 'main' });
    expect(await untilGone(pids)).toEqual([]);
  });

  it('takes two seconds at most when nothing is said', async () => {
    const { env } = otherGit('exec sleep 300');
    const before = performance.now();
    await describeScm(root, { env });
    const took = performance.now() - before;
    expect(took).toBeGreaterThan(1500);
    expect(took).toBeLessThan(10_000);
  });

  it('and writes without end is ended too', async () => {
    const { env, pids } = otherGit('exec yes');
    expect(await describeScm(root, { env })).toEqual({ dirty: true });
    expect(await untilGone(pids)).toEqual([]);
  });

  function pidsOf(): string {
    return join(root, 'pids');
  }
});
