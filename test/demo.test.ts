/** The first thing that somebody runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE, run } from './helpers/script.js';

test('npm run demo goes to its end: a comparison, and a page that is there', { timeout: 240_000 }, async () => {
  const { code, stdout, stderr } = await run(process.execPath, [join(PACKAGE, 'scripts/demo.mjs')], { cwd: PACKAGE });
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/\$ spanmeter compare packing=gzip:6 packing=brotli:6\nA +packing=gzip:6, 6 runs/);
  const [, page] = /\$ spanmeter report\nWritten: (.+\.html)\n/.exec(stdout.replaceAll('~', process.env['HOME'] ?? '~'))!;
  expect(existsSync(page!)).toBe(true);
});
