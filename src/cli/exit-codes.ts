/** What spanmeter's own exit codes mean; `run` passes on those of the command that are not 0. */
export const EXIT = {
  done: 0,
  /** A regression, or an exceeded budget. */
  failed: 1,
  /** Wrong use or input, and histories that cannot be read. */
  wrong: 2,
  /** Nothing got worse for sure, but something may have: only where somebody asked for strictness. */
  undecided: 3,
  /** As shells have them. */
  notExecutable: 126,
  notFound: 127,
  /** Plus the number of the signal that ended the command. */
  signal: 128,
} as const;
