/** Finds the copy of Playwright Test that runs. Another copy would refuse to be used beside it. */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface PlaywrightTest {
  readonly test: object & { extend(fixtures: object): object };
  readonly expect: object;
}

const NAMES = ['playwright/test', '@playwright/test'];

/** @param script of the process: Playwright's command line or its worker. @throws when there is none */
export function findPlaywright(script = process.argv[1]): PlaywrightTest {
  const places = [...(script === undefined ? [] : [realpathSync(script)]), __filename, `${process.cwd()}/package.json`];
  for (const place of places) {
    const load = createRequire(place);
    const path = NAMES.map((name) => resolved(load, name)).find((found) => found !== undefined);
    if (path !== undefined) return load(path) as PlaywrightTest;
  }
  throw new Error('@playwright/test was not found');
}

function resolved(load: NodeJS.Require, name: string): string | undefined {
  try {
    return load.resolve(name);
  } catch {
    return undefined;
  }
}
