import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it.each([
    ['c++ -U__clang_major__ -U__GNUC__ -D__GNUC__=9', 'g++ 9'],
    ['c++ -U__clang_major__ -D__clang_major__=11', 'clang 11'],
  ])('are not content with an old compiler: %s', (CXX, is) => {
    const { status, stderr } = call('prerequisites.mjs', 'checkCompilers', { ...process.env, CXX });
    expect(status).toBe(1);
    expect(stderr).toBe(`A C++ compiler is needed (g++ 10 or clang 12 and newer): ${CXX} is ${is}; CXX may name a newer one.\n`);
  });

  it('say that CXX names no compiler, also beside one: make would take no other', () => {
    const { stderr } = call('prerequisites.mjs', 'checkCompilers', { ...process.env, CXX: 'true' });
    expect(stderr).toMatch(/^A C\+\+ compiler is needed .*: CXX names true, which is none or was not found\.\n$/);
  });

  it('are not content with Python 2', () => {
    const folder = join(empty, 'python2');
    mkdirSync(folder);
    const python3 = spawnSync('sh', ['-c', 'command -v python3'], { encoding: 'utf8' }).stdout.trim();
    const code = 'import sys; sys.version_info = (2, 7, 18); exec(sys.argv[1])';
    const answers = ['#!/bin/sh', `if [ "$1" = --version ]; then echo "Python 2.7.18"; else exec '${python3}' -c '${code}' "$2"; fi`];
    writeFileSync(join(folder, 'python'), answers.join('\n'), { mode: 0o755 });
    const { status, stderr } = call('prerequisites.mjs', 'checkCompilers', { PATH: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Python 3 is needed/m);
  });

  const oldNode = join(root, 'test/tools/node_modules/node16/bin/node');
  const entries = readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.mjs'));
  it.runIf(existsSync(oldNode)).each(entries)('are one clear line on an old Node: scripts/%s', (name) => {
    const { status, stdout, stderr } = spawnSync(oldNode, [join(root, 'scripts', name)], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: 'Node 20.19 or newer is needed; this is v16.20.2.\n' });
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

it('the build writes again what is missing in dist/, and nothing when all is there', () => {
  const folder = join(empty, 'checkout');
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  for (const file of ['tsconfig.json', 'package-lock.json']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'src/deep'), { recursive: true });
  writeFileSync(join(folder, 'src/index.ts'), "export * from './deep/other.mjs';\n");
  writeFileSync(join(folder, 'src/deep/other.mts'), 'export const other = 1;\n');
  writeFileSync(join(folder, 'src/deep/page.css'), '');
  const build = (): string => {
    const code = `import { compileTypeScript } from ${JSON.stringify(pathToFileURL(join(folder, 'scripts/lib/types.mjs')).href)}; await compileTypeScript();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
    return stdout + stderr;
  };
  expect(build()).toBe('- compiling TypeScript\n');
  expect(build()).toBe('');
  for (const file of ['deep/other.mjs', 'deep/page.css']) {
    rmSync(join(folder, 'dist', file));
    expect(build()).toBe('- compiling TypeScript\n');
    expect(existsSync(join(folder, 'dist', file)), file).toBe(true);
  }
});
