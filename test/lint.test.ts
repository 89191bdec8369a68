import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const ARROW = 'import-x/no-restricted-paths';

const eslint = new ESLint({
  cwd: root,
  // The text that is checked is in no project, and types play no part here.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
  ruleFilter: ({ ruleId }) => ruleId.startsWith('import-x/'),
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
