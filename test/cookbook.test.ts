/** The cookbook: every recipe is executed as it stands on the page, and prints what the page shows. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCookbookHistory } from './helpers/cookbook-history.js';
import { PACKAGE, cleanEnvironment } from './helpers/script.js';

interface Recipe {
  readonly title: string;
  readonly language: string;
  readonly code: string;
  readonly output: string;
}

const DUCKDB = join(PACKAGE, 'test/tools/duckdb/node_modules/@duckdb');
const COMMANDS: Readonly<Record<string, readonly [command: string, file: string]>> = {
  js: [process.execPath, 'recipe.mjs'],
  sh: ['sh', 'recipe.sh'],
  python: ['python3', 'recipe.py'],
};

const page = readFileSync(join(PACKAGE, 'docs/guides/cookbook.md'), 'utf8');
const recipes = page
  .split(/^## /m)
  .slice(1)
  .map((section): Recipe => {
    const [, language = '', code = ''] = /```(js|sh|python)\n([^]*?)```/.exec(section) ?? [];
    return { title: section.split('\n', 1)[0]!, language, code, output: /```text\n([^]*?)```/.exec(section)?.[1] ?? '' };
  });

const folder = mkdtempSync(join(tmpdir(), 'spanmeter-test-'));
beforeAll(async () => {
  mkdirSync(join(folder, '.spanmeter'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(PACKAGE, join(folder, 'node_modules/spanmeter'));
  symlinkSync(join(PACKAGE, 'node_modules/arquero'), join(folder, 'node_modules/arquero'));
  symlinkSync(DUCKDB, join(folder, 'node_modules/@duckdb'));
  await writeCookbookHistory(join(folder, '.spanmeter/history.db'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a recipe needs, and this machine may not have. */
function missing({ language, code }: Recipe): string | undefined {
  if (language === 'python' && spawnSync('python3', ['-c', 'import pandas']).status !== 0) return 'pandas';
  if (language === 'sh' && spawnSync('sqlite3', ['--version']).status !== 0) return 'sqlite3';
  return code.includes('@duckdb') && !existsSync(DUCKDB) ? 'DuckDB' : undefined;
}

describe('the cookbook', () => {
  it('has a dozen recipes', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(12);
    expect(new Set(recipes.map(({ title }) => title)).size).toBe(recipes.length);
  });

  it.for(recipes)('$title', (recipe, { skip }) => {
    const lacking = missing(recipe);
    if (lacking !== undefined) skip(`${lacking} is not on this machine`);
    const [command, file] = COMMANDS[recipe.language]!;
    writeFileSync(join(folder, file), recipe.code);
    const env = cleanEnvironment({ NO_COLOR: '1' });
    const { stdout, stderr, status } = spawnSync(command, [file], { cwd: folder, encoding: 'utf8', env });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(recipe.output).not.toBe('');
    expect(stdout).toBe(recipe.output);
  });
});
