import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** This Node, and of the other lines those that test/tools brings: builds for Linux on x64. */
const LINES = ['20', '22', '24'].filter((line) => line !== process.versions.node.split('.')[0]);
const NODES = [process.execPath, ...LINES.map((line) => join(root, `test/tools/node_modules/node${line}/bin/node`))].map((path) => ({
  path,
  version: existsSync(path) ? spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim() : '',
}));

let tarball: string;
const folders: string[] = [];

beforeAll(async () => {
  const { makeTarball } = await import(pathToFileURL(join(root, 'scripts/lib/tarball.mjs')).href);
  tarball = await makeTarball();
}, 300_000);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const files = (): string[] =>
  execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''))
    .sort();
const binaries = (): string[] => files().filter((file) => file.startsWith(`prebuilds/${process.platform}-${process.arch}/`));
/** Compiled where Node 20 packs; newer lines take a driver from npm that has its binary. */
const hasDriverOf20 = (): boolean => binaries().some((file) => file.endsWith('/better-sqlite3.abi115.node'));

it.runIf(process.env['CI'] && process.platform === 'linux' && process.arch === 'x64')(
  'no Node that the package is tried on is missing',
  () => {
    expect(NODES.filter(({ version }) => version === '')).toEqual([]);
  },
);

describe('the tarball', () => {
  it('holds the build, the binaries and the papers, and nothing else', () => {
    expect(files().filter((file) => !/^(?:dist|prebuilds|docs)\//.test(file))).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD_PARTY.md',
      'package.json',
    ]);
    expect(files().filter((file) => file.startsWith('dist/') && !/(\.d)?\.m?[jt]s$/.test(file))).toEqual([
      'dist/report/html/assets/page.css',
    ]);
    expect(files().filter((file) => file.startsWith('docs/') && !/\.md$|^docs\/pictures\/.*\.svg$/.test(file))).toEqual([]);
  });

  it('has the pages that its README links to, but for the one about the sources', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const linked = [...readme.matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, path]) => path as string);
    expect(linked.length).toBeGreaterThan(4);
    expect(linked.filter((path) => !files().includes(path))).toEqual(['CONTRIBUTING.md']);
  });

  it('has a binary of the add-on for this platform', () => {
    expect(binaries().some((file) => /\/spanmeter(\.\w+)?\.node$/.test(file))).toBe(true);
  });

  it.skipIf(process.versions.modules !== '115')('has the SQLite driver for Node 20, packed there', () => {
    expect(hasDriverOf20()).toBe(true);
  });

  it('has every file that package.json points to', () => {
    const targets = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Object.values(value as Record<string, unknown>).flatMap(targets);
    const named = [...targets(manifest.exports), ...targets(manifest.bin), manifest.main, manifest.types].map((path: string) =>
      path.replace(/^\.\//, ''),
    );
    expect(named.filter((path) => !files().includes(path))).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
    expect(files().filter((file) => file.endsWith('binding.gyp'))).toEqual([]);
    expect(manifest.gypfile).toBe(false);
  });
});

describe.each(NODES)('installed without install scripts, on Node $version', ({ path, version }) => {
  const project = mkdtempSync(join(tmpdir(), 'spanmeter-package-'));
  folders.push(project);
  // npm and the command both take the Node that is found first.
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${dirname(path)}${delimiter}${process.env['PATH']}`,
    NODE_OPTIONS: '',
    NO_COLOR: '1',
  };
  for (const name of Object.keys(env)) if (/^(SPANMETER|VITEST|FORCE_COLOR|npm_)/.test(name)) delete env[name];

  let cwd = project;
  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 120_000 });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? status}\n${stdout}${stderr}`);
    return stdout;
  };
  const script = (name: string, text: string): unknown => {
    writeFileSync(join(project, name), text);
    return JSON.parse(run(path, name));
  };
  const spanmeter = (...args: string[]): string => run(path, join(project, 'node_modules/spanmeter', manifest.bin.spanmeter), ...args);

  beforeAll(() => {
    if (version === '') return;
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true }\n');
    run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball);
  }, 180_000);

  const canStore = (): boolean => !version.startsWith('v20.') || hasDriverOf20();

  const measured = { name: 'function', status: 'passed', peak: true };
  const facts = 'JSON.stringify({ name: typeof openSession, status: reading.status, peak: reading.peakRss > 0 })';

  it.skipIf(version === '')('can be imported', () => {
    expect(
      script(
        'import.mjs',
        `import { openSession, span } from 'spanmeter';\nconst reading = span('work').stop();\nconsole.log(${facts});\n`,
      ),
    ).toEqual(measured);
  });

  it.skipIf(version === '')('can be required', () => {
    expect(
      script(
        'require.cjs',
        `const { openSession, span } = require('spanmeter');\nconst reading = span('work').stop();\nconsole.log(${facts});\n`,
      ),
    ).toEqual(measured);
  });

  it.skipIf(version === '')('has one state for both', () => {
    const text = "import { createRequire } from 'node:module';\nimport { span } from 'spanmeter';\n";
    const same = `${text}console.log(createRequire(import.meta.url)('spanmeter').span === span);\n`;
    expect(script('same.mjs', same)).toBe(true);
  });

  it.skipIf(version === '')('measures natively', () => {
    expect(JSON.parse(spanmeter('doctor', '--json'))).toMatchObject({ mode: 'native' });
  });

  it.skipIf(version === '')('records a session', ({ skip }) => {
    skip(!canStore(), 'packed without the SQLite driver for Node 20');
    script(
      'session.mjs',
      `import { openSession, span } from 'spanmeter';
const session = await openSession({ description: 'from the package' });
span('packed work').stop();
const { delivered, warnings } = await session.close();
console.log(JSON.stringify({ delivered, warnings }));
`,
    );
    const sessions = JSON.parse(spanmeter('sessions', '--json'));
    expect(JSON.stringify(sessions)).toContain('from the package');
    expect(spanmeter('show', 'last', '--json')).toContain('packed work');
  });

  afterEach(() => {
    cwd = project;
  });

  it.skipIf(version === '').for(['run', 'plugin'])('records a Vitest suite (%s)', (how, { skip }) => {
    skip(!canStore(), 'packed without the SQLite driver for Node 20');
    const suite = join(project, how);
    mkdirSync(suite);
    if (!existsSync(join(project, 'node_modules/vitest')))
      symlinkSync(join(root, 'node_modules/vitest'), join(project, 'node_modules/vitest'));
    writeFileSync(join(suite, 'package.json'), '{ "name": "suite", "private": true }\n');
    writeFileSync(join(suite, 'some.test.mjs'), "import { it } from 'vitest';\nit('costs', () => {});\nit.skip('rests', () => {});\n");
    const plugin = "import spanmeter from 'spanmeter/vitest';\nexport default { plugins: [spanmeter()] };\n";
    if (how === 'plugin') writeFileSync(join(suite, 'vitest.config.mjs'), plugin);
    const vitest = [join(project, 'node_modules/vitest/vitest.mjs'), 'run'];
    cwd = suite;
    const output = how === 'plugin' ? run(path, ...vitest) : spanmeter('run', '--', path, ...vitest);
    expect(output).toContain('1 passed | 1 skipped');
    const { items } = JSON.parse(spanmeter('show', 'last', '--json'));
    const tests = items.filter(({ kind }: { kind: string }) => kind === 'test');
    expect(tests.map(({ name, status }: { name: string; status: string }) => [name, status]).sort()).toEqual([
      ['costs', 'passed'],
      ['rests', 'skipped'],
    ]);
  });

  it.skipIf(version === '')('names the bin of the package', () => {
    expect(run(join(project, 'node_modules/.bin/spanmeter'), '--version').trim()).toBe(manifest.version);
  });
});

describe('the types', () => {
  const project = mkdtempSync(join(tmpdir(), 'spanmeter-types-'));
  folders.push(project);

  it('fit strict users of both module formats, without types of Node', () => {
    mkdirSync(join(project, 'node_modules/spanmeter'), { recursive: true });
    execFileSync('tar', ['xzf', tarball, '-C', join(project, 'node_modules/spanmeter'), '--strip-components', '1']);
    const write = (name: string, text: string): void => writeFileSync(join(project, name), text);
    write('package.json', '{ "name": "user", "private": true, "type": "module" }\n');
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2022',
          lib: ['es2022', 'esnext.disposable'],
          strict: true,
          types: [],
          noEmit: true,
        },
        include: ['*.ts', '*.cts'],
      }),
    );
    write(
      'esm.ts',
      `import { assertWithin, openSession, span, SpanmeterError, type Budget, type Reading } from 'spanmeter';
import { matchers } from 'spanmeter/matchers';
const s = span('handle', { tags: { rows: 1000 }, probes: 'full', gc: true });
const reading: Reading = s.stop('failed');
export const growth: number | undefined = reading.peakGrowth;
export const value: number = span('sync', () => 3).value;
export const text: string = (await span('async', async () => 'x')).value;
export const other: number = (await span('async', { variant: 'a=1' }, () => Promise.resolve(1))).reading.startedAt;
const session = await openSession({ description: 'typed', tags: { nightly: true } });
export const warnings: readonly string[] = (await session.close()).warnings;
export const wrong = (thrown: unknown): boolean => thrown instanceof SpanmeterError && thrown.code === 'SPANMETER_USAGE';
const budget: Budget = { peak: '64 MiB', cpu: 5e6, threadCpuTime: '1 s' };
assertWithin(reading, budget);
export const pass: unknown = matchers.toStayWithin(() => 1, budget);
{
  using inner = span('using');
  void inner;
}
// @ts-expect-error a wrong probe set
span('wrong', { probes: 'all' });
`,
    );
    write(
      'commonjs.cts',
      "import spanmeter = require('spanmeter');\nexport const cpu: number | undefined = spanmeter.span('a').stop().cpuTime;\n",
    );
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], { cwd: project, encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});
