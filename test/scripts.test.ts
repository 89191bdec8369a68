import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const empty = mkdtempSync(join(tmpdir(), 'spanmeter-scripts-'));
afterAll(() => {
  rmSync(empty, { recursive: true, force: true });
});

/** Runs one exported function of a script in a process of its own. */
function call(module: string, name: string, env: NodeJS.ProcessEnv): { status: number | null; stderr: string } {
  const url = pathToFileURL(join(root, 'scripts/lib', module)).href;
  const run = pathToFileURL(join(root, 'scripts/lib/run.mjs')).href;
  const code = `import { ${name} } from ${JSON.stringify(url)}; import { main } from ${JSON.stringify(run)}; await main(async () => void (await ${name}()));`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', env });
}

describe('prerequisites', () => {
  it('names each thing that is missing in one line', () => {
    const { status, stderr } = call('prerequisites.mjs', 'checkCompilers', { PATH: empty });
    expect(status).toBe(1);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^A C\+\+ compiler is needed/);
    expect(lines[1]).toMatch(/^make is needed/);
    expect(lines[2]).toMatch(/^Python 3 is needed/);
  });

  it('are content with what built this checkout', () => {
    expect(call('prerequisites.mjs', 'checkCompilers', process.env)).toMatchObject({ status: 0, stderr: '' });
  });

  it('name cmake only where the C++ tests need it', () => {
    const { status, stderr } = call('cxx-tests.mjs', 'cxxTests', { PATH: empty });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^C\+\+ tests: cmake is needed .*\n$/);
  });
});

describe('the repository', () => {
  const lockFiles = ['.', 'test/tools', 'test/tools/jest29', 'test/tools/jest30'].map((folder) => join(root, folder, 'package-lock.json'));

  it.each(lockFiles)('%s names no place that packages come from', (path) => {
    const { packages } = JSON.parse(readFileSync(path, 'utf8'));
    expect(Object.keys(packages).length).toBeGreaterThan(1);
    expect(Object.values<{ resolved?: string }>(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it('names no absolute path of this checkout', () => {
    const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    const texts = stdout.split('\0').filter((file) => /\.(m?[jt]s|json|md|cc|h|gyp|txt|yml)$/.test(file) && !file.includes('fixtures'));
    expect(texts.length).toBeGreaterThan(50);
    const found = texts.filter((file) => readFileSync(join(root, file), 'utf8').includes(root));
    expect(found).toEqual([]);
  });
});

it('a step is done again when an input, a fact or an output changed, and only then', async () => {
  const { stamp } = await import(pathToFileURL(join(root, 'scripts/lib/stamp.mjs')).href);
  const folder = join(empty, 'stamp');
  mkdirSync(folder);
  const [input, output] = [join(folder, 'input'), join(folder, 'output')];
  writeFileSync(input, '1');
  const step = (fact = 'a') => stamp(`test-${process.pid}`, { files: [input], facts: [fact], outputs: [output] });
  try {
    expect(step().fresh).toBe(false);
    step().done();
    expect(step().fresh).toBe(false); // the output is missing
    writeFileSync(output, '');
    expect(step().fresh).toBe(true);
    expect(step('b').fresh).toBe(false);
    writeFileSync(input, '2');
    expect(step().fresh).toBe(false);
  } finally {
    const stamps = join(root, '.cache/stamps');
    for (const name of readdirSync(stamps).filter((each) => each === `test-${process.pid}`)) rmSync(join(stamps, name));
  }
});
