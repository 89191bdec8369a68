import { findSession } from '../../client/find-session.js';
import { findGroup, groupQuery, groupTotals, topOf } from '../../client/group.js';
import { leafKinds } from '../../client/leaf-kinds.js';
import { SpanmeterError } from '../../model/errors.js';
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
      .argument('[session]', 'Which session', 'last')
      .option('--group <name>', 'Instead of a session: all of this group, the parallel jobs of one CI run')
      .option('--by <metric>', `By what: ${Object.keys(METRIC_WORDS).join(', ')}, or any metric's name (default: cpu)`, metric)
      .option('--limit <number>', 'How many', positiveInteger, USUAL_LIMIT)
      .option('--kind <kinds>', 'Only these kinds of items: test, file, suite, hook, bench, span, session', kinds),
  run: (io, [name = 'last'], flags) =>
    withHistory(io, flags, async (store) => {
      const { limit, kind: asked, group } = flags as { limit: number; kind?: string[]; group?: string };
      if (group !== undefined && name !== 'last')
        throw new SpanmeterError('SPANMETER_USAGE', 'top: a session and --group exclude each other; keep one.');
      const session = group === undefined ? await findSession(store, name) : undefined;
      const sessions = session === undefined ? await findGroup(store, group!) : [];
      const ids = session === undefined ? sessions.map(({ id }) => id) : [session.id];
      const totals = session === undefined ? await groupTotals(store, groupQuery(group!)) : await store.totals(session.id);
      checkKinds(asked, totals);
      const kind = asked ?? leafKinds(totals);
      const { by = usualMetric(kind) } = flags as { by?: MetricName };
      const items = await topOf(store, ids, { kinds: kind, by, limit });
      const projects = new Set((await Promise.all(ids.map((id) => store.projects(id)))).flat());
      const text =
        flags['json'] === true
          ? toJson(session === undefined ? groupJson(group!, sessions, { by, items }) : sessionJson(session, { by, items }))
          : renderTop(session ?? `${group!}  ${countOf(ids.length, 'session')}`, items, terminalOf(io, 'stdout'), {
              by,
              missing: missingKinds(asked, totals),
              quiet: flags['quiet'] === true,
              withProject: projects.size > 1,
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
