/** The add-on of the tests: see native/helper.cc. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface NativeHelper {
  /** Maps, touches, holds and unmaps memory. @returns 1, or 0 when it could not be mapped */
  hold(bytes: number, milliseconds: number): number;
  /** Uses that many milliseconds of this thread's CPU. */
  spin(milliseconds: number): void;
  /** Uses that many milliseconds of another thread's CPU, and waits for it. */
  spinElsewhere(milliseconds: number): void;
  /** Maps and touches memory that stays. @returns 1, or 0 when it could not be mapped */
  keep(bytes: number): number;
  giveBack(): void;
  /** Linux: /proc/self belongs to root from now on. */
  undumpable(): number;
}

export const HELPER = join(import.meta.dirname, 'native', 'build', 'helper.node');

export function buildHelper(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'native', 'build.mjs')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The test helper could not be built.\n${stdout}${stderr}`);
}

export function loadHelper(): NativeHelper {
  buildHelper();
  return createRequire(import.meta.url)(HELPER) as NativeHelper;
}
