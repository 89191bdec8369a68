import { compare as compareSides } from '../../analysis/compare/index.js';
import { BENCH_METRICS, USUAL_METRICS } from '../../analysis/compare/thresholds.js';
import type { Change, Comparison } from '../../analysis/compare/types.js';
import { findSides, type FoundSides } from '../../client/sides.js';
import type { MetricName } from '../../model/metrics.js';
import { comparisonJson } from '../../report/compare/json.js';
import { comparisonMarkdown } from '../../report/compare/markdown.js';
import { renderComparison } from '../../report/compare/text.js';
import { toJson } from '../../report/json.js';
import { checkKinds } from '../check-kinds.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { costs, kinds, level } from '../flags.js';
import { withMonitor } from '../history.js';
import { terminalOf } from '../io.js';
import { threshold, type Thresholds } from '../threshold.js';

type CompareFlags = Readonly<{
  metric?: MetricName[];
  threshold?: Thresholds;
  kind?: string[];
  q?: number;
  acrossMachines?: boolean;
  all?: boolean;
  markdown?: boolean;
  strict?: boolean;
}>;

export const compare: CliCommand = {
  name: 'compare',
  summary: 'say what changed between two runs, or two groups of them',
  description: [
    'Says for each item whether it costs more or less in B than in A, and how sure that is. With several runs on each side a rank test decides; with one on a side nothing is called a regression, and suspects are listed.',
    'A and B are sessions as in show, or groups: a tag, a revision or a branch means all of its runs, last:10 or main:10 the newest ten, and commas join several. Without them, the newest session is held against the one before.',
  ].join('\n\n'),
  examples: [
    { line: 'spanmeter compare', does: 'the newest session against the one before' },
    { line: 'spanmeter compare main:10 last', does: 'the newest session against the ten before it on the branch main' },
    { line: 'spanmeter compare main:10 last --metric peak --threshold peak=10%,16MiB', does: 'only memory, and only large changes' },
    { line: 'spanmeter compare last~1 last --markdown', does: 'for the comment on a pull request' },
  ],
  configure: (command) =>
    command
      .argument('[A]', 'What was before (default: last~1)')
      .argument('[B]', 'What is now (default: last)')
      .option('--metric <metrics>', 'Only these metrics (default: cpu, peak, wall; of benchmarks their mean)', costs)
      .option(
        '--threshold <metric=percent,floor>',
        'How large a change must be: both; repeatable (cpu=5%,50ms peak=5%,8MiB wall=10%,100ms)',
        threshold,
      )
      .option('--kind <kinds>', 'Only these kinds of items: test, file, suite, hook, bench, span, session', kinds)
      .option('--q <level>', 'The share of false calls among all calls that is accepted (default: 0.05)', level)
      .option('--across-machines', 'Compare although the machines or their limits differ')
      .option('--all', 'Also list what is unchanged')
      .option('--markdown', 'Print Markdown')
      .option('--strict', 'Exit code 3 when something may have got worse (undecided, suspect), or could not be compared'),
  run: (io, [a = 'last~1', b = 'last'], flags) =>
    withMonitor(io, flags, async (monitor) => {
      const { metric, threshold: thresholds, kind, q, acrossMachines, all = false, markdown, strict } = flags as CompareFlags;
      const sides = await findSides(monitor, a, b, metric ?? [...USUAL_METRICS, ...BENCH_METRICS]);
      checkKinds(kind, kindsIn(sides));
      const comparison = compareSides(sides.a, sides.b, {
        ...(metric && { metrics: metric }),
        ...(thresholds && { thresholds }),
        ...(kind && { kinds: kind }),
        ...(q !== undefined && { q }),
        ...(acrossMachines !== undefined && { acrossMachines }),
      });
      const quiet = flags['quiet'] === true;
      if (!quiet) for (const note of sides.notes) io.stderr.write(`spanmeter: ${note}\n`);
      io.stdout.write(
        flags['json'] === true
          ? toJson(comparisonJson(comparison))
          : markdown === true
            ? comparisonMarkdown(comparison, { all })
            : renderComparison(comparison, terminalOf(io, 'stdout'), { all, quiet }),
      );
      return exitCode(comparison, strict === true);
    }),
};

/** With how many rows there are of each. */
function kindsIn({ a, b }: FoundSides): { readonly kind: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { metrics } of [a, b]) for (const { kind } of metrics) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

/** What may have got better is no reason for a doubt. */
function exitCode({ counts, changes }: Comparison, strict: boolean): number {
  if (counts.regressed > 0) return EXIT.failed;
  const isDoubtful = ({ verdict, difference = 0 }: Change): boolean =>
    verdict === 'incomparable' || ((verdict === 'undecided' || verdict === 'suspect') && difference > 0);
  return strict && (changes.length === 0 || changes.some(isDoubtful)) ? EXIT.undecided : EXIT.done;
}
