import { countReadings, projectsOf, readingsOf } from '../../client/group.js';
import { leafKinds } from '../../client/leaf-kinds.js';
import { groupJson, sessionJson, toJson } from '../../report/json.js';
import { renderShow } from '../../report/show.js';
import { checkKinds } from '../check-kinds.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { kinds, positiveInteger, statuses } from '../flags.js';
import { withHistory } from '../history.js';
import { terminalOf } from '../io.js';
import { GROUP_FLAG, sessionOrGroup } from '../session-or-group.js';
import { quoted } from '../../report/quoted.js';

const USUAL_LIMIT = 30;

type ItemFlags = Readonly<{ limit: number; group?: string; kind?: string[]; status?: string[]; search?: string }>;

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
    { line: 'spanmeter show --group nightly-7', does: 'the parallel jobs of one CI run, as one' },
    { line: 'spanmeter show ci --json', does: 'the newest session with the tag ci, for programs' },
  ],
  configure: (command) =>
    command
      .argument('[session]', 'Which session (default: last)')
      .option('--group <name>', GROUP_FLAG)
      .option('--limit <number>', 'How many items', positiveInteger, USUAL_LIMIT)
      .option('--all', 'All items')
      .option('--kind <kinds>', 'Only these kinds of items: test, file, suite, hook, bench, span, session', kinds)
      .option('--status <statuses>', 'Only items that passed, failed, were skipped or interrupted', statuses)
      .option('--search <text>', 'Only items with this text in their project, file, describe path or name'),
  run: (io, [name], flags) =>
    withHistory(io, flags, async (store) => {
      const { limit, kind, status, search, group } = flags as ItemFlags;
      const found = await sessionOrGroup(store, 'show', name, group);
      const { ids, totals } = found;
      checkKinds(kind, totals);
      const filter = {
        kinds: kind ?? leafKinds(totals),
        ...(status && { statuses: status }),
        ...(search !== undefined && { search }),
      };
      const everything = flags['all'] === true || flags['json'] === true;
      const items = await readingsOf(store, ids, everything ? filter : { ...filter, limit });
      if (flags['json'] === true) {
        io.stdout.write(
          toJson(
            'group' in found ? groupJson(found.group, found.sessions, { totals, items }) : sessionJson(found.session, { totals, items }),
          ),
        );
        return EXIT.done;
      }
      const interrupted = await readingsOf(store, ids, { statuses: ['interrupted'], limit });
      const more = items.length < limit || everything ? 0 : (await countReadings(store, ids, filter)) - items.length;
      const withProject = (await projectsOf(store, ids)).size > 1;
      const [whole] = ids.length > 1 ? [] : await store.readings({ session: ids[0]!, kinds: ['session'], limit: 1 });
      const session = 'group' in found ? found : found.session;
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
