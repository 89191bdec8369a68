import { projectsOf, topOf } from '../../client/group.js';
import { leafKinds } from '../../client/leaf-kinds.js';
import { METRIC_WORDS, type MetricName } from '../../model/metrics.js';
import { groupJson, sessionJson, toJson } from '../../report/json.js';
import { renderTop } from '../../report/top.js';
import { countOf } from '../../report/words.js';
import { checkKinds, missingKinds } from '../check-kinds.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { kinds, metric, positiveInteger } from '../flags.js';
import { withHistory } from '../history.js';
import { terminalOf } from '../io.js';
import { GROUP_FLAG, sessionOrGroup } from '../session-or-group.js';

const USUAL_LIMIT = 10;

export const top: CliCommand = {
  name: 'top',
  summary: 'show the most expensive items of a session',
  description: 'Shows the items of a session that cost most, most expensive first. The session is named as in show.',
  examples: [
    { line: 'spanmeter top', does: 'the tests of the newest session that took most processor time' },
    { line: 'spanmeter top last --by peak --limit 5', does: 'the five that made the process grow most' },
    { line: 'spanmeter top --by wall --kind file', does: 'the slowest test files' },
    { line: 'spanmeter top --by minor_faults --json', does: 'by any metric, for programs' },
  ],
  configure: (command) =>
    command
      .argument('[session]', 'Which session (default: last)')
      .option('--group <name>', GROUP_FLAG)
      .option('--by <metric>', `By what: ${Object.keys(METRIC_WORDS).join(', ')}, or any metric's name (default: cpu)`, metric)
      .option('--limit <number>', 'How many', positiveInteger, USUAL_LIMIT)
      .option('--kind <kinds>', 'Only these kinds of items: test, file, suite, hook, bench, span, session', kinds),
  run: (io, [name], flags) =>
    withHistory(io, flags, async (store) => {
      const { limit, kind: asked, group } = flags as { limit: number; kind?: string[]; group?: string };
      const found = await sessionOrGroup(store, 'top', name, group);
      const { ids, totals } = found;
      checkKinds(asked, totals);
      const kind = asked ?? leafKinds(totals);
      const { by = usualMetric(kind) } = flags as { by?: MetricName };
      const items = await topOf(store, ids, { kinds: kind, by, limit });
      const isGroup = 'group' in found;
      const text =
        flags['json'] === true
          ? toJson(isGroup ? groupJson(found.group, found.sessions, { by, items }) : sessionJson(found.session, { by, items }))
          : renderTop(isGroup ? `${found.group}  ${countOf(ids.length, 'session')}` : found.session, items, terminalOf(io, 'stdout'), {
              by,
              missing: missingKinds(asked, totals),
              quiet: flags['quiet'] === true,
              withProject: (await projectsOf(store, ids)).size > 1,
            });
      io.stdout.write(text);
      return EXIT.done;
    }),
};

/** Whole commands are known by the processor time of their processes, benchmarks by the time of one iteration. */
function usualMetric(kinds: readonly string[]): MetricName {
  if (kinds.every((kind) => kind === 'bench')) return 'iteration_mean';
  return kinds.every((kind) => kind === 'session') ? 'children_cpu_time' : 'cpu_time';
}
