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
    'The token is SPANMETER_TOKEN, or the password inside the URL. Without arguments it goes only to the server that --remote, SPANMETER_REMOTE or the configuration names.',
  ].join('\n\n'),
  examples: [
    { line: 'spanmeter push', does: 'what runs of this project could not send' },
    { line: 'spanmeter push --remote http://127.0.0.1:8181', does: 'the same, with the token for this server' },
  ],
  configure: (command) =>
    command
      .argument('[history]', 'The history to copy; left out: the one of this project')
      .argument('[url]', 'The server')
      .option('--remote <url>', 'Without arguments: the server that is sent the token')
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
  // What waits names its server in a file that anybody may have written: the token is only for the one that was configured.
  const tried = await sendWaiting(root, (url) => (url === own ? serverOf(remote!, token) : { url }), Infinity);
  const sent = tried.map((each) =>
    each.failure === undefined || token === undefined || each.remote === own
      ? each
      : {
          ...each,
          failure: `${each.failure} The token was not sent there; where it is meant for this server: spanmeter push --remote ${each.remote}`,
        },
  );
  if (flags['json'] === true) io.stdout.write(toJson({ sent }));
  else if (flags['quiet'] !== true) io.stdout.write(renderWaiting(sent));
  return sent.some(({ failure }) => failure !== undefined) ? EXIT.wrong : EXIT.done;
}
