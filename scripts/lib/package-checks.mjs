/** publint and Are The Types Wrong over the packed package. */
import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { run } from './run.mjs';

const publint = inRoot('node_modules', 'publint', 'src', 'cli.js');
const attw = inRoot('node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');

export const checkPublint = (tarball) => run('publint', ['node', publint, 'run', tarball, '--strict']);

/** Entry points that are ESM only (Vitest's own are) are judged as such, all others in both module formats. */
export async function checkExportedTypes(tarball) {
  const { exports } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const modules = Object.entries(exports).filter(([, target]) => typeof target !== 'string');
  const esmOnly = modules.filter(([, target]) => target.require === undefined).map(([entry]) => entry);
  const both = modules.map(([entry]) => entry).filter((entry) => !esmOnly.includes(entry));
  await check(tarball, both, 'node16');
  if (esmOnly.length > 0) await check(tarball, esmOnly, 'esm-only');
}

function check(tarball, entries, profile) {
  const title = `types of ${entries.join(' ')} (${profile})`;
  return run(title, ['node', attw, tarball, '--profile', profile, '--format', 'ascii', '--entrypoints', ...entries]);
}
