import { recoveredJson, renderRecovered } from '../../report/recover.js';
import { toJson } from '../../report/json.js';
import { withStore } from '../../session/finish.js';
import { hasPlaces } from '../../session/abandoned.js';
import { recoverInto } from '../../session/recover.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { locationOf, optionsOf } from '../history.js';

export const recover: CliCommand = {
  name: 'recover',
  summary: 'deliver what killed runs left behind',
  description:
    'Delivers the journals of runs whose owner was killed, or that could not write the history. Runs that are still alive are left alone. A journal of which nothing can be read is named, and kept. Every run does this too, at its end.',
  examples: [{ line: 'spanmeter recover', does: 'looks in the project and in the temporary folder' }],
  configure: (command) => command,
  run: async (io, _, flags) => {
    const options = await optionsOf(io, flags);
    const location = locationOf(options);
    // Where there is nothing to recover, no history is made.
    const { recovered, shown } = hasPlaces(options.root)
      ? await withStore(location, async (store) => ({ recovered: await recoverInto(store, options.root), shown: store.location }))
      : { recovered: [], shown: location };
    if (flags['json'] === true) io.stdout.write(toJson(recoveredJson(recovered)));
    else if (flags['quiet'] !== true) io.stdout.write(renderRecovered(recovered, shown));
    return recovered.some(({ failure, unread }) => failure !== undefined || unread.length > 0) ? EXIT.wrong : EXIT.done;
  },
};
