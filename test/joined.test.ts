/** Who joins a session: what it is told by the owner, what it tells the owner, and who goes first. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredReading } from '../dist/client/rows.js';
import type { SessionRecord } from '../dist/model/records.js';
import { openStore } from '../dist/store/index.js';
import { BIN, PACKAGE, run, type Ended } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';
import { VitestProject } from './helpers/vitest-project.js';

const { execPath: NODE } = process;

let root: string;

beforeEach(() => {
  root = temporaryFolder();
  write('package.json', { name: 'project' });
});

function write(name: string, content: object): void {
  writeFileSync(join(root, name), JSON.stringify(content));
}

function spanmeter(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run(NODE, [BIN, ...args], { cwd: root, env: { TMPDIR: root, ...env } });
}

async function last(): Promise<{ session: SessionRecord; readings: StoredReading[] }> {
  const store = await openStore(join(root, '.spanmeter/history.db'), { readonly: true });
  try {
    const [{ id } = { id: '' }] = await store.sessions();
    return { session: (await store.session(id))!, readings: await store.readings({ session: id }) };
  } finally {
    await store.close();
  }
}

describe('a package of a workspace', () => {
  const TESTS = `
    import { writeFileSync } from 'node:fs';
    import { test } from 'vitest';
    test('is recorded', () => writeFileSync('told.json', process.env.SPANMETER_SESSION));
    test('is left out', () => {});`;

  function workspace(): VitestProject {
    const made = new VitestProject();
    const script = `"${NODE}" ../../node_modules/vitest/vitest.mjs run`;
    made.write('package.json', JSON.stringify({ name: 'project', workspaces: ['packages/*'] }));
    made.write('spanmeter.config.json', JSON.stringify({ component: 'all', scopes: ['test'], gc: true, exclude: 'left out' }));
    made.write('packages/a/package.json', JSON.stringify({ name: 'a', scripts: { test: script } }));
    made.write('packages/a/a.test.mjs', TESTS);
    return made;
  }

  const testIn = ({ folder }: VitestProject, flags: readonly string[] = []): Promise<Ended> =>
    run(NODE, [BIN, 'run', ...flags, '--', 'npm', 'test', '-w', 'a'], { cwd: folder });

  const toldIn = ({ folder }: VitestProject): unknown =>
    (JSON.parse(readFileSync(join(folder, 'packages/a/told.json'), 'utf8')) as { options: unknown }).options;

  test('is measured as the configuration of the session says, which is in another folder', async () => {
    const made = workspace();
    const { code, stderr } = await testIn(made);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/warning/)]);
    const recorded = (await made.readings()).map(({ identity, component }) => [identity.file, identity.name, component]);
    expect(recorded).toEqual([['packages/a/a.test.mjs', 'is recorded', 'all']]);
    expect(toldIn(made)).toEqual({ component: 'all', scopes: ['test'], gc: true, exclude: 'left out', peak: 'reset' });
  });

  test('has the last word with a configuration of its own, but not over the command line', async () => {
    const made = workspace();
    made.write('packages/a/spanmeter.config.json', '{ "componentPrefix": "a", "gc": false, "probes": "core" }');
    await testIn(made, ['--probes', 'gc']);
    const exclude = 'left out';
    expect(toldIn(made)).toEqual({ componentPrefix: 'a', scopes: ['test'], gc: false, probes: 'gc', exclude, peak: 'reset' });
  });
});

describe('the plugin of a runner under `run`', () => {
  function project(plugin: string): VitestProject {
    const made = new VitestProject();
    made.write('a.test.js', `import { test } from 'vitest'; test('green', { meta: { spanmeter: { component: 'own' } } }, () => {});`);
    made.configure('', `spanmeter(${plugin})`);
    return made;
  }

  test('adds tags and a description to the session, below those of the command line and above the configuration', async () => {
    const made = project("{ tags: { a: 'plugin', b: 'plugin', c: 'plugin' }, description: 'of the plugin' }");
    made.write('spanmeter.config.json', '{ "tags": { "b": "file", "d": "file" }, "description": "of the file" }');
    await made.run('attach', [], {}, ['--tag', 'a=run']);
    await made.run('attach', [], {}, ['--description', 'of the run']);
    const [second, first] = await made.sessions();
    expect(first?.session).toMatchObject({ tags: { a: 'run', b: 'plugin', c: 'plugin', d: 'file' }, description: 'of the plugin' });
    expect(second?.session).toMatchObject({ tags: { a: 'plugin', b: 'plugin' }, description: 'of the run' });
  });

  test('is told in one warning which of its options come too late, unless the command line has them', async () => {
    const made = project("{ db: 'other.db', remote: 'http://user:secret@127.0.0.1:1', quiet: false, scoops: [] }");
    const { stderr } = await made.run('attach');
    expect(stderr.match(/warning {2}/g)).toHaveLength(2);
    expect(stderr.replaceAll(/\n +/g, ' ')).toMatch(
      /warning .*no option 'scoops'.* warning .* goes on without them: db \(--db\), remote \(--remote\)\. Give/,
    );
    expect(stderr).not.toContain('secret');
    expect(
      (await made.run('attach', [], {}, ['--db', 'third.db', '--remote', 'http://127.0.0.1:1', '--remote-timeout', '0.1'])).stderr,
    ).not.toContain('goes on without');
  });

  test('has a prefix that gives way to the component of the command line, and a component that gives way to its prefix', async () => {
    const components = async (made: VitestProject) =>
      (await made.readings()).filter(({ identity }) => identity.kind === 'test').map(({ component }) => component);
    const prefix = project("{ componentPrefix: 'pre' }");
    await prefix.run('attach', [], {}, ['--component', 'X']);
    expect(await components(prefix)).toEqual(['X']);
    const component = project("{ component: 'X' }");
    await component.run('attach', [], {}, ['--component-prefix', 'pre']);
    expect(await components(component)).toEqual(['pre.own']);
  });
});

describe('a run inside a run', () => {
  test('adds its tags and its description, and its options go before those of the plugin in it', async () => {
    const inner = ['--tag', 'a=inner', '--tag', 'b=inner', '--description', 'inner', '--component', 'inner'];
    const source = `
      const { openSession, span } = require(${JSON.stringify(PACKAGE)});
      const given = { tags: { b: 'plugin', c: 'plugin' }, description: 'plugin', component: 'plugin' };
      openSession(given).then((session) => (span('work').stop(), session.close()));`;
    const { code, stderr } = await spanmeter(['run', '--tag', 'a=outer', '--', NODE, BIN, 'run', ...inner, '--', NODE, '-e', source]);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/warning|does nothing/)]);
    const { session, readings } = await last();
    expect(session).toMatchObject({ tags: { a: 'outer', b: 'inner', c: 'plugin' }, description: 'inner' });
    expect(readings.find(({ identity }) => identity.name === 'work')).toMatchObject({ component: 'inner' });
  });

  test('is told once what it can no longer say', async () => {
    const flags = ['--no-db', '--remote', 'http://127.0.0.1:1', '--quiet', '--json'];
    const { stderr } = await spanmeter(['run', '--', NODE, BIN, 'run', ...flags, '--', 'true']);
    expect(stderr.match(/^spanmeter: /gm)).toHaveLength(1);
    expect(stderr).toMatch(/^spanmeter: --json does nothing in a run inside another/m);
    expect(stderr.match(/warning {2}/g)).toHaveLength(1);
    expect(stderr.replaceAll(/\n +/g, ' ')).toContain('without them: db (--db), remote (--remote), quiet (--quiet).');
    expect((await last()).session).toMatchObject({ command: expect.stringContaining('--no-db') as string });
  });

  test('has its budget checked by the outer one', async () => {
    write('tight.json', [{ kind: 'span', limits: { wall: '5 us' } }]);
    const spans = [
      NODE,
      '-e',
      `require(${JSON.stringify(PACKAGE)}).span('work', () => { for (const end = performance.now() + 1; performance.now() < end; ); })`,
    ];
    const { code, stderr } = await spanmeter(['run', '--', NODE, BIN, 'run', '--budget', 'tight.json', '--', ...spans]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('1 limit exceeded')]);
  });
});
