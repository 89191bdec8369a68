import { recoveredJson, renderRecovered } from '../../report/recover.js';
import { toJson } from '../../report/json.js';
import { recoverInto } from '../../session/recover.js';
import { openStore } from '../../store/index.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { locationOf, optionsOf } from '../history.js';

export const recover: CliCommand = {
  name: 'recover',
  summary: 'deliver what killed runs left behind',
  description:
    'Delivers the journals of runs whose owner was killed, or that could not write the history. Runs that are still alive are left alone. Every run does this too, at its end.',
  examples: [{ line: 'spanmeter recover', does: 'looks in the project and in the temporary folder' }],
  configure: (command) => command,
  run: async (io, _, flags) => {
    const options = await optionsOf(io, flags);
    const store = await openStore(locationOf(options));
    try {
      const recovered = await recoverInto(store, options.root);
      if (flags['json'] === true) io.stdout.write(toJson(recoveredJson(recovered)));
      else if (flags['quiet'] !== true) io.stdout.write(renderRecovered(recovered, store.location));
      return recovered.some(({ failure }) => failure !== undefined) ? EXIT.wrong : EXIT.done;
    } finally {
      await store.close();
    }
  },
};
