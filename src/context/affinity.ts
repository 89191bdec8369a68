/**
 * How many processors this process may run on: what `docker --cpuset-cpus`, a cgroup's cpuset and taskset leave of them. The kernel
 * puts all of these into one list (proc(5), Cpus_allowed_list), so no cgroup is asked.
 *
 * Not os.availableParallelism(): newer Nodes count a quota in it, in whole processors.
 */
import { join } from 'node:path';
import { readText } from './text-file.js';

/** @param root where `/` of the system is; another folder in tests */
export function readAllowedCpus(root = '/'): number | undefined {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(readText(join(root, 'proc/self/status')) ?? '')?.[1];
  const ranges = list?.split(',').map((range) => range.split('-').map(Number));
  const count = ranges?.reduce((sum, [from = NaN, to = from]) => sum + to - from + 1, 0) ?? 0;
  return count > 0 ? count : undefined;
}
