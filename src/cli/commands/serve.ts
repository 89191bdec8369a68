import { Option, type Command } from 'commander';
import { formatQuantity } from '../../model/units.js';
import { toJson } from '../../report/json.js';
import { DEFAULT_LIMITS } from '../../server/limits.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { bytes, port, positiveInteger } from '../flags.js';
import { openServed, withoutUser } from '../served.js';
import { version } from '../version.js';

interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly pageSize: number;
  readonly log: string;
  readonly withoutTokens?: boolean;
  readonly cert?: string;
  readonly key?: string;
}

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

/** The limit, its flag, what it is, and how it is read. */
const LIMIT_FLAGS = [
  ['body', '--max-body <size>', 'A request may have so large a body', bytes],
  ['batch', '--max-batch <size>', 'A batch may be so large as it is sent', bytes],
  ['inflated', '--max-inflated <size>', 'A batch may become so large when it is unpacked', bytes],
  ['rate', '--max-rate <number>', 'Requests of one address in a minute; more get 429', positiveInteger],
  ['concurrent', '--max-concurrent <number>', 'Requests at one time; more get 503', positiveInteger],
  ['batches', '--max-batches <number>', 'Batches among them', positiveInteger],
  ['connections', '--max-connections <number>', 'Connections at one time; more are closed', positiveInteger],
  ['timeout', '--timeout <seconds>', 'For a request to arrive', positiveInteger],
  ['headTimeout', '--head-timeout <seconds>', 'For the head of a request to arrive', positiveInteger],
  ['grace', '--grace <seconds>', 'For what was accepted to be finished at the end', positiveInteger],
] as const;

export const serve: CliCommand = {
  name: 'serve',
  summary: 'serve a history to other machines, over HTTP',
  description:
    'Serves a history over HTTP until a signal ends it: first what was accepted is finished; a second signal ends it at once. A history without tokens is served to this machine only.',
  examples: [
    { line: 'spanmeter serve', does: 'the history of this project, on 127.0.0.1:8181' },
    { line: 'spanmeter serve --port 0 --json', does: 'on any free port, told as JSON' },
  ],
  configure: (command) => {
    command
      .option('--host <address>', 'Where to listen', '127.0.0.1')
      .option('--port <number>', 'On which port; 0 takes any free one', port, 8181)
      .option('--page-size <number>', 'Rows of a page under /api/v1', positiveInteger, 500)
      .option('--without-tokens', 'Let everybody in who reaches another address than 127.0.0.1')
      .option('--cert <file>', 'Certificate for TLS, in PEM form')
      .option('--key <file>', 'Its key, in PEM form')
      .addOption(new Option('--log <level>', 'What is logged to the standard error').choices(LEVELS).default('info'));
    return addLimits(command);
  },
  run: async (io, _, flags) => {
    const { host, port, pageSize, log, withoutTokens = false, cert, key } = flags as unknown as ServeFlags;
    // Only here: no other command pays for loading a server.
    const [{ startServer }, { growSlowly }] = await Promise.all([import('../../server/start.js'), import('../../server/memory.js')]);
    growSlowly();
    const store = await openServed(io, flags);
    const limits = Object.fromEntries(LIMIT_FLAGS.map(([name, flag]) => [name, flags[new Option(flag).attributeName()] as number]));
    const started = await startServer(store, {
      ...{ host, port, pageSize, withoutTokens, limits, version: version() },
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      log: { level: log, stream: { write: (line) => void io.stderr.write(line) } },
    });
    const { url, tokens } = started;
    if (flags['json'] === true) io.stdout.write(toJson({ url, tokens }));
    else if (flags['quiet'] === true) io.stdout.write(`${url}\n`);
    else {
      const reach = tokens ? '(with a token)' : withoutTokens ? '(to everybody who reaches it)' : '(to this machine)';
      io.stdout.write(
        `Serving ${withoutUser(store.location)} at ${url} ${reach}\n` +
          `Send runs to it with --remote ${url}; ${url}/docs shows what can be asked.\n`,
      );
    }
    await started.ended;
    return EXIT.done;
  },
};

function addLimits(command: Command): Command {
  for (const [name, flag, description, read] of LIMIT_FLAGS) {
    const usual = DEFAULT_LIMITS[name];
    const shown = read === bytes ? formatQuantity(usual, 'bytes') : String(usual);
    command.addOption(new Option(flag, description).argParser(read).default(usual, shown));
  }
  return command;
}
