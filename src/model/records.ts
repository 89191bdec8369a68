/** The plain values that rooms hand to each other. Instants are microseconds since 1970 (UTC), as integers. */
import type { MetricKey } from './metrics.js';

export const KINDS = ['test', 'file', 'suite', 'session', 'hook', 'bench', 'span'] as const;
export type Kind = (typeof KINDS)[number];

export const STATUSES = ['passed', 'failed', 'skipped', 'interrupted'] as const;
export type Status = (typeof STATUSES)[number];

/** Name and value; a tag that was given without a value is `true`. Foreign sessions may hold any JSON value. */
export type Tags = Readonly<Record<string, unknown>>;

/** The tag under which an item's own budget travels to the history, as it was written. */
export const BUDGET_TAG = 'spanmeter.budget';

/** The tag that the sessions of one build have in common: parallel jobs of a CI run are read as one by it. */
export const GROUP_TAG = 'group';

/** What a span measured, the same for ever: every field is part of the identity. */
export interface Identity {
  readonly kind: Kind;
  /** A runner's project or workspace name, else empty. */
  readonly project: string;
  /** Relative to the session's root, with `/`; empty when there is none. */
  readonly file: string;
  /** Titles of the enclosing suites, outermost first. */
  readonly describe: readonly string[];
  readonly name: string;
  /** The parameters of an each-test or of a span, else empty. */
  readonly variant: string;
  /** Counts otherwise equal items from 0, in definition order. */
  readonly ordinal: number;
}

/** The numbers of one span: nanoseconds, bytes and counts (see METRICS). What could not be had is absent. */
export type Numbers = { readonly [K in MetricKey]?: number };

/** What else is known of a measured stretch. */
export interface Marks {
  /** When it began, microseconds since 1970. */
  readonly startedAt: number;
  readonly status: Status;
  /** Attempts before this one, and repetitions before this one. */
  readonly retry: number;
  readonly repeat: number;
  /** Spans that were open at the same time and neither contain it nor are contained in it, over all threads of the process. */
  readonly overlaps: number;
  /** Process-wide numbers include the work of others: it overlapped, or ran in a thread pool. */
  readonly shared: boolean;
  /** Somebody else reset the kernel's peak during the span: `peakRss` and `peakGrowth` are lower bounds. */
  readonly peakIsLowerBound: boolean;
}

export type Reading = Numbers & Marks;

/** One stored measurement. `values` follows METRICS; NaN means absent. */
export interface ReadingRecord extends Marks {
  readonly session: string;
  /** The process or thread that measured it, unique in its session. */
  readonly writer: string;
  /** Counts the writer's spans from 1. (session, writer, sequence) is the key. */
  readonly sequence: number;
  /** The sequence of the containing span of the same writer, else 0. */
  readonly parent: number;
  readonly identity: Identity;
  readonly component: string;
  readonly tags: Tags;
  readonly values: ArrayLike<number>;
}

/** One process or thread that wrote a journal. */
export interface WriterRecord {
  readonly session: string;
  readonly writer: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  readonly startedAt: number;
  /** Resident set size when it began: what MEM_USAGE of pytest-monitor's tables is measured from. NaN: unknown. */
  readonly rssAtStart: number;
}

/** Where something ran: equal contexts have equal hashes. Absent facts are left out. */
export interface Context {
  /** Hash over all other fields: 32 hex digits (a foreign context keeps its own). */
  readonly hash: string;
  readonly machine?: string;
  readonly os?: string;
  readonly osRelease?: string;
  readonly arch?: string;
  readonly cpuModel?: string;
  readonly cpuVendor?: string;
  readonly cpuCount?: number;
  readonly cpuMhz?: number;
  /** Bytes. */
  readonly memoryTotal?: number;
  /** Bytes that the container may use (cgroup). */
  readonly memoryLimit?: number;
  /** CPUs that the process may use, where that is not all: quota / period (cgroup), may be fractional, or fewer by cpuset or affinity. */
  readonly cpuLimit?: number;
  readonly libc?: string;
  /** `node`, `bun`, ... */
  readonly runtime?: string;
  readonly runtimeVersion?: string;
  /** One line: `Node v20.20.2 (V8 11.3, linux x64)`. */
  readonly runtimeDescription?: string;
}

export interface Scm {
  readonly revision?: string;
  readonly branch?: string;
  /** The work tree differed from the revision. */
  readonly dirty?: boolean;
}

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

export interface SessionRecord {
  /** 32 hex digits (a foreign session keeps its own id). */
  readonly id: string;
  readonly startedAt: number;
  /** Absent while it runs, and for ever when its owner was killed. */
  readonly finishedAt?: number;
  /** Exit code of the wrapped command or run, where known. */
  readonly exitCode?: number;
  readonly description: string;
  readonly tags: Tags;
  readonly scm: Scm;
  readonly context: Context;
  /** What ran: `vitest 4.1.2`, or the command line. */
  readonly command: string;
  /** Absolute path of the root that files are relative to. */
  readonly root: string;
  readonly lockfileHash?: string;
  readonly packages: readonly PackageVersion[];
}
