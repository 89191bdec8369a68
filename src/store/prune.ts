/** Dropping what is old: the same question and answer for every store. */

export interface PruneQuery {
  /** Sessions that started earlier are dropped. Microseconds since 1970. */
  readonly before: number;
  /** The newest so many sessions stay, however old they are. */
  readonly keepLast?: number;
  /** Tells what would be dropped, and drops nothing. */
  readonly dryRun?: boolean;
}

/** How many rows were dropped: the sessions, their readings, and what nothing else used. */
export interface Pruned {
  readonly sessions: number;
  readonly readings: number;
  readonly items: number;
  readonly components: number;
  readonly tags: number;
  readonly contexts: number;
  readonly packages: number;
}
