/** A disk that is soon full. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** @returns false where this user may not mount */
export function mountSmall(folder: string): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return statSync(folder).isDirectory();
}
