/** What can be asked of a history. All that is given must hold. */
import type { MetricName, MetricWord } from '../model/metrics.js';
import type { Status } from '../model/records.js';

/** A Date, an ISO 8601 text, or microseconds since 1970. */
export type Instant = Date | string | number;

/** A metric, one of the short words of the command line for it, or `cpu_usage`, which is cpu_time / wall_time as pytest-monitor has it. */
export type Ranking = MetricName | MetricWord | 'cpu_usage';

export interface SessionsQuery {
  /** Ids, exactly. */
  readonly session?: string | readonly string[];
  /** Started then or later; started before then. */
  readonly since?: Instant;
  readonly until?: Instant;
  /** Source revision, or how it begins. */
  readonly revision?: string;
  readonly branch?: string;
  /** Names of tags that are there, or names with their values. */
  readonly tags?: string | readonly string[] | Readonly<Record<string, unknown>>;
  /** Whether all of the tags must be there (the default), or one is enough. */
  readonly match?: 'all' | 'any';
  /** The tag `pipeline_branch`, and with it `pipeline_build_no`, as pytest-monitor and our runs set them on CI. */
  readonly pipeline?: string;
  readonly build?: string;
  /** A dependency of the project: `vite`, or `vite@7.1.0`. */
  readonly package?: string;
  /** Name of the machine. */
  readonly machine?: string;
  /** Only so many, those that started last. */
  readonly last?: number;
}

export interface MetricsQuery extends SessionsQuery {
  /** Hash of a context. */
  readonly context?: string;
  readonly kind?: string | readonly string[];
  readonly status?: Status | readonly Status[];
  /** Exactly; empty for none. */
  readonly component?: string;
  readonly project?: string;
  readonly file?: string;
  readonly name?: string;
  readonly variant?: string;
  /** Text in project, file, describe path or name; ASCII letters are equal in both cases. */
  readonly search?: string;
  /** As in SQL's LIKE, anywhere in the name (or variant): % stands for any text, _ for one character. */
  readonly namePattern?: string;
  readonly variantPattern?: string;
  /** Only these columns (names as in frames: src/store/sql/metric-columns.ts): the rest is not read, and absent in what comes back. */
  readonly columns?: readonly string[];
  /** Only the rows with the largest (`top`) or smallest (`bottom`) value of a metric, in that order. */
  readonly top?: { readonly metric: Ranking; readonly count: number };
  readonly bottom?: { readonly metric: Ranking; readonly count: number };
}
