// Suites of trivial tests for each runner, with and without spanmeter's one line. The last test of each file says how much memory
// its process has.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..', '..');
const tools = join(repository, 'test', 'tools');

const TELL = "require('node:fs').writeFileSync(process.env.RSS_FILE, String(process.memoryUsage.rss()))";
const bodies = (count, word = 'test') =>
  [
    ...Array.from({ length: count - 1 }, (_, index) => `${word}('test ${index}', () => {});`),
    `${word}('the last one', () => { ${TELL}; });`,
  ].join('\n');

/** One process a file and one file at a time, as every runner can do it. `line`: with the one line of the user. */
export const RUNNERS = {
  vitest: {
    packages: { vitest: repository, vite: repository },
    file: (count) => [
      'test.mjs',
      `import { createRequire } from 'node:module';\nimport { test } from 'vitest';\nconst require = createRequire(import.meta.url);\n${bodies(count)}`,
    ],
    config: (line, { pool, probes }) => ({
      'vitest.config.mjs': `${line ? "import spanmeter from 'spanmeter/vitest';\n" : ''}export default { plugins: [${
        line ? `spanmeter({ probes: '${probes}' })` : ''
      }], test: { pool: '${pool}', maxWorkers: 1 } };`,
    }),
    command: (modules) => [join(modules, 'vitest/vitest.mjs'), 'run'],
  },
  jest: {
    packages: { jest: join(tools, 'jest30') },
    file: (count) => ['test.js', bodies(count)],
    config: (line, { probes }) => ({
      'jest.config.json': JSON.stringify({
        testEnvironment: 'node',
        transform: {},
        ...(line && { testRunner: 'spanmeter/jest', reporters: ['default', ['spanmeter/jest/reporter', { probes }]] }),
      }),
    }),
    command: (modules) => [join(modules, 'jest/bin/jest.js'), '-i'],
  },
  mocha: {
    packages: { mocha: join(tools, 'mocha11') },
    file: (count) => ['test.js', bodies(count, 'it')],
    // By its path: Mocha would look for the package beside itself, where a link leads it.
    config: (line) => ({
      '.mocharc.json': JSON.stringify({
        spec: '*.test.js',
        ...(line && { require: ['../node_modules/spanmeter/dist/runners/mocha/plugin.js'] }),
      }),
    }),
    command: (modules) => [join(modules, 'mocha/bin/mocha.js')],
  },
  'node-test': {
    packages: {},
    file: (count) => ['test.cjs', `const { test } = require('node:test');\n${bodies(count)}`],
    config: () => ({}),
    command: (_, line) => [...(line ? ['--require', 'spanmeter/node-test'] : []), '--test', '--test-concurrency=1'],
  },
};

/** A copy, as npm would install it: a linked package is transformed by some runners like the user's own source. */
export function install(folder, names) {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const modules = join(folder, 'node_modules');
  for (const part of ['package.json', 'dist', 'build/Release/spanmeter.node'])
    cpSync(join(repository, part), join(modules, 'spanmeter', part), { recursive: true });
  // The driver of Node 20 comes with the packed package only.
  const needed = [...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }), 'better-sqlite3-node20'];
  const own = needed.filter((name) => existsSync(join(repository, 'node_modules', name))).map((name) => [name, repository]);
  for (const [name, home] of [...own, ...names.flatMap((runner) => Object.entries(RUNNERS[runner].packages))]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(home, 'node_modules', name), join(modules, name));
  }
}

/**
 * Writes a suite of this shape.
 * @param monitored only tells the two folders apart; `line`: whether the user's one line is in it
 * @returns its folder and the command that runs it
 */
export function prepare(folder, name, shape, monitored, { line, ...options }) {
  const runner = RUNNERS[name];
  const target = join(folder, `${name}-${shape.files}-${shape.tests}-${monitored}`);
  mkdirSync(target);
  writeFileSync(join(target, 'package.json'), '{ "private": true }');
  for (const [file, text] of Object.entries(runner.config(line, options))) writeFileSync(join(target, file), text);
  const [ending, source] = runner.file(shape.tests);
  for (let file = 0; file < shape.files; file += 1) writeFileSync(join(target, `${file}.${ending}`), source);
  return { folder: target, command: runner.command(join(folder, 'node_modules'), line) };
}
