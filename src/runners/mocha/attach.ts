/** Puts us into Mocha's main process, or one of its workers, without a change to the user's configuration. */
import { messageOf } from '../../model/errors.js';
import { say } from '../say.js';
import { entryOf, folderOf, loadFrom } from './find.js';
import { watch } from './watch.js';

/**
 * Once all preloaded modules are loaded, since some of them wait for Mocha to be loaded. By then a main script in CommonJS has
 * loaded it too, or it only starts another process (for options of node).
 */
export function attach(script: string): void {
  const folder = folderOf(script);
  if (folder === undefined) return;
  const entry = entryOf(folder);
  process.nextTick(() => {
    try {
      if (entry.endsWith('.cjs') || require.cache[entry] !== undefined) watch(loadFrom(folder));
    } catch (thrown) {
      say(`can't attach to Mocha, its tests are not measured: ${messageOf(thrown)}`);
    }
  });
}
