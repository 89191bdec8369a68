/** The source revision under test, from git; where git does not know, from the CI system. */
import type { Scm } from '../model/records.js';
import { describeCi } from './ci.js';
import { outputOf } from './command.js';

const TIMEOUT = 2000;
/** Set by git for its hooks; they would point at another repository than the one that `root` is in. */
const LOCAL_VARIABLES = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR', 'GIT_PREFIX'];

export interface ScmOptions {
  /** Default: process.env. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout?: number;
}

/**
 * A work tree is dirty when a tracked file differs from the revision, as for `git describe --dirty`: untracked files don't
 * count. Takes two seconds at most, never rejects and leaves no process behind.
 */
export async function describeScm(root: string, options: ScmOptions = {}): Promise<Scm> {
  const env = options.env ?? process.env;
  const ci = describeCi(env);
  const git = (enough: number, ...args: readonly string[]): Promise<string | undefined> =>
    outputOf('git', args, { cwd: root, env: gitEnvironment(env), timeout: options.timeout ?? TIMEOUT, enough });
  const [head, changes] = await Promise.all([
    git(4096, 'rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'),
    // The first changed file is answer enough. A file system monitor would be left running.
    git(1, '-c', 'core.fsmonitor=false', 'status', '--porcelain', '--untracked-files=no', '--ignore-submodules=dirty'),
  ]);
  const [commit = '', reference = ''] = head?.split('\n') ?? [];
  const revision = /^[0-9a-f]{40,64}$/.test(commit) ? commit : ci.revision;
  // A detached HEAD, as CI systems check out, is on no branch.
  const branch = /^refs\/heads\/(.+)$/.exec(reference)?.[1] ?? ci.branch;
  return {
    ...(revision !== undefined && { revision }),
    ...(branch !== undefined && { branch }),
    ...(changes !== undefined && { dirty: changes !== '' }),
  };
}

function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !LOCAL_VARIABLES.includes(name)));
  return { ...kept, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
}
