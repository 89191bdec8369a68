/** The item of a test file, which is called as its path says it. */
import { relative } from 'node:path';
import type { ItemInput } from '../recorder/index.js';

/** @param path absolute */
export function fileItem(path: string, root: string, project = ''): ItemInput {
  return { kind: 'file', name: relative(root, path).replaceAll('\\', '/'), project, file: path };
}
