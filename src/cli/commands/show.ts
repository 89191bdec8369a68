import { findSession } from '../../client/find-session.js';
import { leafKinds } from '../../client/leaf-kinds.js';
import { sessionJson, toJson } from '../../report/json.js';
import { renderShow } from '../../report/show.js';
import { checkKinds } from '../check-kinds.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { kinds, positiveInteger, statuses } from '../flags.js';
import { withHistory } from '../history.js';
import { terminalOf } from '../io.js';
import { quoted } from '../../report/quoted.js';

const USUAL_LIMIT = 30;

type ItemFlags = Readonly<{ limit: number; kind?: string[]; status?: string[]; search?: string }>;

export const show: CliCommand = {
  name: 'show',
  summary: 'show one session',
  description: [
    'Shows when and where a session ran, what it cost in all, and its items in the order in which they began.',
    'A session is named by the beginning of its id, a tag (name or name=value), a source revision, or last; last~1 is the one before.',
  ].join('\n\n'),
  examples: [
    { line: 'spanmeter show', does: 'the newest session' },
    { line: 'spanmeter show last --status failed,interrupted', does: 'what did not pass' },
    { line: 'spanmeter show last --kind file --all', does: 'every test file' },
    { line: 'spanmeter show ci --json', does: 'the newest session with the tag ci, for programs' },
  ],
  configure: (command) =>
    command
      .argument('[session]', 'Which session', 'last')
      .option('--limit <number>', 'How many items', positiveInteger, USUAL_LIMIT)
      .option('--all', 'All items')
      .option('--kind <kinds>', 'Only these kinds of items: test, file, suite, hook, bench, span, session', kinds)
      .option('--status <statuses>', 'Only items that passed, failed, were skipped or interrupted', statuses)
      .option('--search <text>', 'Only items with this text in their project, file, describe path or name'),
  run: (io, [name = 'last'], flags) =>
    withHistory(io, flags, async (store) => {
      const session = await findSession(store, name);
      const { limit, kind, status, search } = flags as ItemFlags;
      const totals = await store.totals(session.id);
      checkKinds(kind, totals);
      const filter = {
        session: session.id,
        kinds: kind ?? leafKinds(totals),
        ...(status && { statuses: status }),
        ...(search !== undefined && { search }),
      };
      const everything = flags['all'] === true || flags['json'] === true;
      const items = await store.readings(everything ? filter : { ...filter, limit });
      if (flags['json'] === true) {
        io.stdout.write(toJson(sessionJson(session, { totals, items })));
        return EXIT.done;
      }
      const interrupted = await store.readings({ session: session.id, statuses: ['interrupted'], limit });
      const more = items.length < limit || everything ? 0 : (await store.countReadings(filter)) - items.length;
      const withProject = (await store.projects(session.id)).length > 1;
      const [whole] = await store.readings({ session: session.id, kinds: ['session'], limit: 1 });
      const facts = { session, totals, items, more, filter: filterText(flags as ItemFlags), withProject, interrupted };
      io.stdout.write(renderShow({ ...facts, ...(whole && { whole }) }, terminalOf(io, 'stdout'), { quiet: flags['quiet'] === true }));
      return EXIT.done;
    }),
};

/** What the items were picked by, as one would type it. */
function filterText({ kind, status, search }: ItemFlags): string {
  const parts = [kind && `--kind ${kind.join()}`, status && `--status ${status.join()}`, search && `--search ${quoted(search)}`];
  return parts.filter(Boolean).join(' ');
}
