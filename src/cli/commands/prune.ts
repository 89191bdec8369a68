import { InvalidArgumentError } from 'commander';
import { toJson } from '../../report/json.js';
import { prunedJson, renderPruned } from '../../report/prune.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { positiveInteger } from '../flags.js';
import { withServed } from '../served.js';

interface PruneFlags {
  readonly before: number;
  readonly keepLast?: number;
  readonly dryRun?: boolean;
}

const DAY = 86_400_000;

export const prune: CliCommand = {
  name: 'prune',
  summary: 'drop sessions that are old',
  description: 'Drops the sessions that started before a date, with their readings and with what only they used.',
  examples: [
    { line: 'spanmeter prune --before 90d --dry-run', does: 'tell what would be dropped' },
    { line: 'spanmeter prune --before 90d --keep-last 100', does: 'but keep the newest 100 sessions, however old' },
  ],
  configure: (command) =>
    command
      .requiredOption('--before <date or age>', 'Those that started before: 2026-01-31, an instant in ISO 8601, or 90d', instantBefore)
      .option('--keep-last <number>', 'Keep the newest so many sessions', positiveInteger)
      .option('--dry-run', 'Tell what would be dropped, and drop nothing'),
  run: (io, _, flags) =>
    withServed(io, flags, { create: false }, async (store) => {
      const { before, keepLast, dryRun = false } = flags as unknown as PruneFlags;
      const pruned = await store.prune({ before, dryRun, ...(keepLast !== undefined && { keepLast }) });
      if (flags['json'] === true) io.stdout.write(toJson(prunedJson(pruned, before, dryRun)));
      else if (flags['quiet'] !== true) io.stdout.write(renderPruned(pruned, before, dryRun));
      return EXIT.done;
    }),
};

/** @returns microseconds. @throws InvalidArgumentError */
function instantBefore(text: string): number {
  const [, days] = /^(\d{1,6})d$/.exec(text) ?? [];
  const instant = days === undefined ? (/^\d{4}-\d\d-\d\d(?:T|$)/.test(text) ? Date.parse(text) : NaN) : Date.now() - Number(days) * DAY;
  if (Number.isNaN(instant)) throw new InvalidArgumentError('Expected a date such as 2026-01-31, or an age in days such as 90d.');
  return instant * 1000;
}
