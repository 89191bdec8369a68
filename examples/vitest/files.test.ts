import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { span } from 'spanmeter';

const folder = mkdtempSync(join(tmpdir(), 'shop-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a backup is written and read', () => {
  const path = join(folder, 'backup');
  const content = Buffer.alloc(8 << 20, 'order');
  // A span measures any stretch inside a test on its own.
  span('writing the backup', () => writeFileSync(path, content));
  expect(span('reading the backup', () => readFileSync(path)).value).toHaveLength(content.length);
});
