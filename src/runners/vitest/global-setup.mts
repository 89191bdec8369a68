/**
 * The way in for a root configuration whose projects don't extend it: Vitest asks only the plugins of projects, but it does run
 * the root's global setup, before the first workers. Where the plugin was asked, nothing is left to do here.
 */
import type { TestProject, Vitest } from 'vitest/node';
import { lateOptions } from './late.mjs';
import { addReporter } from './reporter.mjs';

export default async function setup({ vitest }: TestProject): Promise<void> {
  const reporter = isRunning(vitest) ? addReporter(vitest, lateOptions()) : undefined;
  if (reporter === undefined) return;
  // The reporters of this run are made, and were told of its start.
  (vitest as unknown as { readonly reporters: unknown[] }).reporters.push(reporter);
  await reporter.begin();
}

/** Global setup comes before a mere listing of tests too, but only a run looks at the sizes of files first, to order them. */
function isRunning(vitest: Vitest): boolean {
  const { stats } = vitest.cache as unknown as { readonly stats: { readonly cache: ReadonlyMap<string, unknown> } };
  return stats.cache.size > 0;
}
