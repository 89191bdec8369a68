/** What git and the package folders know of a session. To ask them takes a while. */
import { describePackages, describeScm, type Lockfile } from '../context/index.js';
import type { SessionRecord } from '../model/records.js';

export interface Surroundings {
  readonly known: Partial<Pick<SessionRecord, 'scm' | 'packages'>>;
  readonly lockfile?: Lockfile;
}

/** What can't be had is left out; never rejects. */
export async function askSurroundings(root: string): Promise<Surroundings> {
  const [scm, packages] = await Promise.allSettled([describeScm(root), describePackages(root)]);
  const found = packages.status === 'fulfilled' ? packages.value : undefined;
  return {
    known: { ...(scm.status === 'fulfilled' && { scm: scm.value }), ...(found && { packages: found.packages }) },
    ...(found?.lockfile && { lockfile: found.lockfile }),
  };
}
