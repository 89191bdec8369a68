/**
 * Installs, builds and checks everything; goes on after a failure, so that one run shows all of them. The last line counts
 * what passed, failed and was skipped. Arguments are file filters for Vitest: with them only those tests run. `npm test`
 */
import './lib/check-node.mjs';
import { basename, dirname } from 'node:path';
import { build } from './build.mjs';
import { format, formatCxx, lint, types } from './lib/checks.mjs';
import { cxxTests } from './lib/cxx-tests.mjs';
import { checkDocs } from './lib/docs.mjs';
import { checkExportedTypes, checkPublint } from './lib/package-checks.mjs';
import { installPackages } from './lib/packages.mjs';
import { filesBelow, inRoot } from './lib/paths.mjs';
import { Failure, main } from './lib/run.mjs';
import { makeTarball } from './lib/tarball.mjs';
import { vitest } from './lib/vitest.mjs';

const filters = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const troubles = [];

/** What only tests need: a folder a tool, so that several versions of one can be there. */
const toolFolders = () =>
  filesBelow(inRoot('test', 'tools'))
    .filter((file) => basename(file) === 'package-lock.json')
    .map((file) => dirname(file));

await main(async () => {
  await build();
  for (const folder of toolFolders()) await installPackages(folder);
  if (filters.length === 0) await checks();
  await count(() => vitest(filters));
  for (const trouble of troubles) process.stdout.write(`FAILED: ${trouble}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
});

async function checks() {
  for (const check of [lint, format, formatCxx, types, checkDocs]) await count(check);
  await count(async () => {
    const tarball = await makeTarball();
    await checkPublint(tarball);
    await checkExportedTypes(tarball);
  });
  await count(cxxTests);
}

/** A check counts as one test, unless it says how many it ran. */
async function count(check) {
  try {
    const result = await check();
    total.passed += result?.passed ?? 1;
    total.failed += result?.failed ?? 0;
    total.skipped += result?.skipped ?? 0;
  } catch (error) {
    total.failed += 1;
    troubles.push(error instanceof Failure ? error.message : error.stack);
  }
}
