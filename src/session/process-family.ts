/** Finds the descendants of a process through /proc. */
import { readFileSync, readdirSync } from 'node:fs';

/** The process and its descendants, parents before children. What ends while they are looked for may be missing. */
export function familyOf(pid: number): number[] {
  const family = [pid];
  for (const each of family) {
    const children = childrenOf(each);
    if (children === undefined) return familyByParents(pid);
    family.push(...children);
  }
  return family;
}

let childrenFiles: boolean | undefined;

/** @returns undefined where the kernel lacks the files (CONFIG_PROC_CHILDREN) */
function childrenOf(pid: number): number[] | undefined {
  childrenFiles ??= readProc(`self/task/${process.pid}/children`) !== undefined;
  if (!childrenFiles) return undefined;
  return entries(`${pid}/task`).flatMap((thread) => numbers(readProc(`${pid}/task/${thread}/children`) ?? ''));
}

/** The same from the parent that each process names: for kernels without lists of children, and slower with many processes. */
export function familyByParents(root: number): number[] {
  const byParent = new Map<number, number[]>();
  for (const pid of entries('.').flatMap(numbers)) {
    const parent = parentOf(pid);
    if (parent !== undefined) byParent.set(parent, [...(byParent.get(parent) ?? []), pid]);
  }
  const family = [root];
  for (const each of family) family.push(...(byParent.get(each) ?? []));
  return family;
}

/** The fourth field of /proc/<pid>/stat, after a name that may hold spaces and brackets. */
function parentOf(pid: number): number | undefined {
  const stat = readProc(`${pid}/stat`);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** @param path below /proc @returns undefined when the process has ended, or there is no /proc */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}

function numbers(text: string): number[] {
  return (text.match(/\b\d+\b/g) ?? []).map(Number);
}
