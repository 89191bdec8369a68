import { SpanmeterError } from '../../model/errors.js';
import { toJson } from '../../report/json.js';
import { openStore } from '../../store/index.js';
import type { ServedStore } from '../../store/served.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { port, positiveInteger } from '../flags.js';
import { locationOf, optionsOf } from '../history.js';
import { version } from '../version.js';

interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly pageSize: number;
  readonly log: string;
}

export const serve: CliCommand = {
  name: 'serve',
  summary: 'serve a history to other machines, over HTTP',
  description: 'Serves a history over HTTP, until it is ended by a signal.',
  examples: [{ line: 'spanmeter serve', does: 'the history of this project, on 127.0.0.1:8181' }],
  configure: (command) =>
    command
      .option('--host <address>', 'Where to listen', '127.0.0.1')
      .option('--port <number>', 'On which port; 0 takes any free one', port, 8181)
      .option('--page-size <number>', 'Rows of a page under /api/v1', positiveInteger, 500)
      .option('--log <level>', 'What is logged to the standard error: silent, error, warn, info, debug', 'info'),
  run: async (io, _, flags) => {
    const { host, port, pageSize, log } = flags as unknown as ServeFlags;
    const options = await optionsOf(io, flags);
    // Only here: no other command pays for loading a server.
    const [{ createApp }, { endOnSignals, listen }, { growSlowly }] = await Promise.all([
      import('../../server/app.js'),
      import('../../server/listen.js'),
      import('../../server/memory.js'),
    ]);
    growSlowly();
    const store = await openStore(locationOf(options));
    if (!('sql' in store))
      throw new SpanmeterError('SPANMETER_USAGE', `${store.location} cannot be served. Name a file or a PostgreSQL with --db.`);
    await (store as ServedStore).prepareToServe();
    const app = await createApp({ store: store as ServedStore, pageSize }, { version: version(), log: { level: log, stream: io.stderr } });
    const listening = await listen(app, { host, port }, () => store.close());
    const release = endOnSignals(listening, (signal) => app.log.info(`${signal}: finishing what was accepted`));
    if (flags['json'] === true) io.stdout.write(toJson({ schema: 1, url: listening.url }));
    else if (flags['quiet'] !== true) io.stdout.write(`Serving ${store.location} at ${listening.url}\n`);
    await listening.ended;
    release();
    return EXIT.done;
  },
};
