import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const ARROW = 'import-x/no-restricted-paths';
const WORKER = '@typescript-eslint/no-restricted-imports';

const eslint = new ESLint({
  cwd: root,
  // The text that is checked is in no project, and types play no part here.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
  ruleFilter: ({ ruleId }) => ruleId.startsWith('import-x/') || ruleId === WORKER,
});

/** @returns the rules that a file of this text, in that place under src/, would break */
async function brokenBy(place: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, 'src', place) });
  return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
}

describe('the rule of the rooms', () => {
  it.each([
    ['recorder', 'store/contract.js'],
    ['recorder', 'session/index.js'],
    ['collector', 'recorder/index.js'],
    ['context', 'store/contract.js'],
    ['model', 'store/contract.js'],
    ['model', 'collector/binding.js'],
    ['store', 'session/index.js'],
    ['analysis', 'store/contract.js'],
    ['session', 'cli/bin.js'],
  ])('reports that %s imports %s', async (room, target) => {
    expect(await brokenBy(`${room}/example.ts`, `import { thing } from '../${target}';\nexport const copy = thing;\n`)).toEqual([ARROW]);
  });

  it.each([
    ['cli', 'session/index.js'],
    ['session', 'store/contract.js'],
    ['recorder', 'collector/binding.js'],
    ['store', 'model/metrics.js'],
    ['model', 'model/metrics.js'],
  ])('lets %s import %s', async (room, target) => {
    expect(await brokenBy(`${room}/example.ts`, `import { thing } from '../${target}';\nexport const copy = thing;\n`)).toEqual([]);
  });

  it('holds for type imports, ESM files, folders inside a room and re-exports', async () => {
    const upwards = "export type { Store } from '../store/contract.js';\n";
    expect(await brokenBy('collector/example.ts', upwards)).toEqual([ARROW]);
    expect(await brokenBy('collector/example.mts', upwards)).toEqual([ARROW]);
    expect(
      await brokenBy('recorder/journal/example.ts', "import type { Store } from '../../store/contract.js';\nexport type S = Store;\n"),
    ).toEqual([ARROW]);
  });

  it('reports a circle', async () => {
    const circle = "import { recorder } from './index.js';\nexport class Recorder { readonly other = recorder(); }\n";
    expect(await brokenBy('recorder/recorder.ts', circle)).toEqual(['import-x/no-cycle']);
  });
});

describe("the rule of a runner's worker part", () => {
  const importing = (target: string) => `import { thing } from '${target}';\nexport const copy = thing;\n`;

  it.each([
    ['vitest/worker.ts', '../../session/index.js'],
    ['vitest/setup.mts', '../../report/summary.js'],
    ['jest/between.ts', '../run.js'],
    ['mocha/owner.ts', '../run.js'],
    ['node-test/preload.ts', '../released.js'],
    ['node-test/watch.ts', './owner.js'],
    ['playwright/measure.ts', './reporter.js'],
    ['matchers/to-stay-within.ts', '../../session/options/index.js'],
    ['attempt.ts', './ending.js'],
    ['a-new-one/example.ts', '../../session/index.js'],
  ])('reports that %s imports %s', async (place, target) => {
    expect(await brokenBy(`runners/${place}`, importing(target))).toEqual([WORKER]);
    expect(await brokenBy(`runners/${place}`, `export * from '${target}';\n`)).toEqual([WORKER]);
  });

  it.each([
    ['run.ts', '../session/options/index.js'],
    ['ending.ts', '../report/summary.js'],
    ['node-test/owner.ts', '../run.js'],
    ['playwright/reporter.ts', '../../session/recorded-attempts.js'],
    ['mocha/watch.ts', './version.js'],
    ['bench/mitata.ts', './session.js'],
  ])('lets %s import %s', async (place, target) => {
    expect(await brokenBy(`runners/${place}`, importing(target))).toEqual([]);
  });

  it('lets all name the types, and load the owner late', async () => {
    expect(await brokenBy('runners/mocha/owner.ts', "import type { Run } from '../run.js';\nexport type R = Run;\n")).toEqual([]);
    expect(await brokenBy('runners/mocha/owner.ts', "export const load = (): unknown => require('../run.js') as unknown;\n")).toEqual([]);
  });
});
