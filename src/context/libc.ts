import { join } from 'node:path';
import { readText } from './text-file.js';

/**
 * The C library that this process runs on, told by the dynamic loader that is mapped into it: right also where both are
 * installed. @returns undefined for static binaries and where there is no /proc
 */
export function readLibc(root = '/'): 'glibc' | 'musl' | undefined {
  const maps = readText(join(root, 'proc/self/maps'));
  if (maps === undefined) return undefined;
  if (/\/ld-musl-[^/]*$/m.test(maps)) return 'musl';
  return /\/(?:ld-linux[^/]*|ld-2\.\d+|libc)\.so[^/]*$/m.test(maps) ? 'glibc' : undefined;
}
