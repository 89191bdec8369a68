import { toJson } from '../../report/json.js';
import { countOf } from '../../report/words.js';
import { importPymon, openStore } from '../../store/index.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { locationOf, optionsOf } from '../history.js';
import path from 'node:path';

export const importCommand: CliCommand = {
  name: 'import',
  summary: "bring in a history of pytest-monitor's",
  description:
    'Adds what a .pymon file has and the history has not, digit for digit. Importing it again, also after it has grown, adds only what is new. The file is only read.',
  examples: [{ line: 'spanmeter import pytest.pymon', does: 'what pytest --db pytest.pymon recorded' }],
  configure: (command) => command.argument('<file>', 'The .pymon file'),
  run: async (io, [file = ''], flags) => {
    const store = await openStore(locationOf(await optionsOf(io, flags)));
    try {
      const { contexts, sessions, metrics } = await importPymon(store, path.resolve(io.cwd, file));
      if (flags['json'] === true) io.stdout.write(toJson({ contexts, sessions, metrics }));
      else if (flags['quiet'] !== true)
        io.stdout.write(
          `New in ${store.location}: ${countOf(contexts, 'context')}, ${countOf(sessions, 'session')}, ${countOf(metrics, 'metric')}\n`,
        );
      return EXIT.done;
    } finally {
      await store.close();
    }
  },
};
