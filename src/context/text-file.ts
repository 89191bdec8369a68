import fs from 'node:fs';

// Taken at load: a test may mock fs.
const { readFileSync } = fs;

/** @returns undefined when the file can't be read: every fact that comes from a file may be absent */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
