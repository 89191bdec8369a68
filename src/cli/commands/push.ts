import { withoutCredentials } from '../../model/url.js';
import { SpanmeterError } from '../../model/errors.js';
import { toJson } from '../../report/json.js';
import { pushedJson, renderPushed, renderWaiting } from '../../report/push.js';
import { pushHistory } from '../../session/push.js';
import { sendWaiting, serverOf } from '../../session/send.js';
import { openStore } from '../../store/index.js';
import type { ServedStore } from '../../store/served.js';
import type { CliCommand, Flags } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { locationOf, optionsOf } from '../history.js';
import type { Io } from '../io.js';

export const push: CliCommand = {
  name: 'push',
  summary: 'copy a history, or what runs could not send, to a server',
  description: [
    'Copies the sessions of a history to a server. What the server has already is not sent again, so that it can be ended and started again at any time.',
    'Without arguments: sends what runs with --remote could not send, each to the server that it was meant for.',
    'The token is SPANMETER_TOKEN, or the password inside the URL.',
  ].join('\n\n'),
  examples: [{ line: 'spanmeter push', does: 'what runs of this project could not send' }],
  configure: (command) =>
    command
      .argument('[history]', 'The history to copy; left out: the one of this project')
      .argument('[url]', 'The server')
      .option('--session <id>', 'Only the session whose id begins so'),
  run: async (io, [first, second], flags) => {
    if (first === undefined) return waiting(io, flags);
    const [history, url] = second === undefined ? [undefined, first] : [first, second];
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
      throw new SpanmeterError('SPANMETER_USAGE', 'push: the last argument is the URL of a server, which begins with http:// or https://.');
    return copy(io, flags, history, url);
  },
};

async function copy(io: Io, flags: Flags, history: string | undefined, url: string): Promise<number> {
  const options = await optionsOf(io, flags);
  const server = serverOf(url, options.token);
  const store = await openStore(history ?? locationOf(options), { readonly: true, create: false });
  try {
    if (!('sql' in store)) throw new SpanmeterError('SPANMETER_USAGE', `${store.location} is a server. Name a file or a database to copy.`);
    const shows = flags['quiet'] !== true && flags['json'] !== true && io.stderr.isTTY === true;
    const pushed = await pushHistory(store as ServedStore, server, flags['session'] as string | undefined, (done, all) => {
      if (shows) io.stderr.write(`\r${done} of ${all} sessions${done === all ? '\n' : ''}`);
    });
    if (flags['json'] === true) io.stdout.write(toJson(pushedJson(pushed, server.url)));
    else if (flags['quiet'] !== true) io.stdout.write(renderPushed(pushed, server.url));
    return EXIT.done;
  } finally {
    await store.close();
  }
}

async function waiting(io: Io, flags: Flags): Promise<number> {
  const { root, remote, token } = await optionsOf(io, flags);
  const own = remote === undefined ? undefined : withoutCredentials(remote);
  // A token is for the server that was configured; without one, for those that runs named.
  const sent = await sendWaiting(
    root,
    (url) => (own === undefined ? serverOf(url, token) : url === own ? serverOf(remote!, token) : { url }),
    Infinity,
  );
  if (flags['json'] === true) io.stdout.write(toJson({ sent }));
  else if (flags['quiet'] !== true) io.stdout.write(renderWaiting(sent));
  return sent.some(({ failure }) => failure !== undefined) ? EXIT.wrong : EXIT.done;
}
