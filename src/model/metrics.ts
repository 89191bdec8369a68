/**
 * The metric table: one row for each quantity that a reading can hold. Columns, JSON keys, table headings and the order of
 * the numbers in a journal line are derived from it, so a new metric is one row here (and its probe).
 *
 * A journal written by an older version names its columns in its header; the order here may therefore change.
 */

export type Unit = 'ns' | 'bytes' | 'count';

/** Whose consumption the number is. `process` is shared with everything that ran in the process at the same time. */
export type Scope = 'span' | 'process' | 'thread' | 'children' | 'isolate';

/**
 * The probe set that a metric belongs to; `full` contains `core`, `gc` contains `full`. `tree` is for whole commands, `bench`
 * is what a benchmark's own harness says.
 */
export type ProbeSet = 'core' | 'full' | 'gc';

interface MetricRow {
  readonly name: string;
  /** Heading in tables, in lower case. */
  readonly heading: string;
  readonly unit: Unit;
  readonly scope: Scope;
  readonly probe: ProbeSet | 'tree' | 'bench';
  /** Whether less is better (`lower`), or the number is only a fact (`none`). */
  readonly direction: 'lower' | 'none';
  /**
   * The smallest limit that a budget can set, about ten times what an empty span reads; `peak`: what the kernel's counters can be
   * off on this machine. Absent: nothing can be judged by it.
   */
  readonly least?: number | 'peak';
  /** Where the number comes from and how exact it is, in one sentence: shown by `spanmeter doctor` and in the reference. */
  readonly precision: string;
}

// One row a line: it is a table.
// prettier-ignore
export const METRICS = [
  { name: 'wall_time', heading: 'wall', unit: 'ns', scope: 'span', probe: 'core', direction: 'lower', least: 2_000, precision: 'CLOCK_MONOTONIC; an empty span reads 0.1-0.2 us' },
  { name: 'cpu_time', heading: 'cpu', unit: 'ns', scope: 'process', probe: 'core', direction: 'lower', least: 10_000, precision: 'getrusage, user + kernel, exact to 1 us; other threads that are still running count up to their last tick' },
  { name: 'thread_cpu_time', heading: 'thread cpu', unit: 'ns', scope: 'thread', probe: 'core', direction: 'lower', least: 10_000, precision: 'CLOCK_THREAD_CPUTIME_ID, exact; an empty span reads about 1 us' },
  { name: 'user_time', heading: 'user', unit: 'ns', scope: 'process', probe: 'core', direction: 'lower', precision: "the kernel's estimate of the split, off by up to two ticks (8 ms at 250 Hz); its sum with kernel_time is exact" },
  { name: 'kernel_time', heading: 'kernel', unit: 'ns', scope: 'process', probe: 'core', direction: 'lower', precision: "the kernel's estimate of the split, off by up to two ticks (8 ms at 250 Hz); its sum with user_time is exact" },
  { name: 'peak_rss', heading: 'peak rss', unit: 'bytes', scope: 'process', probe: 'core', direction: 'lower', least: 'peak', precision: 'the highest resident set size during the span, kept by the kernel; not sampled' },
  { name: 'peak_growth', heading: 'peak growth', unit: 'bytes', scope: 'process', probe: 'core', direction: 'lower', least: 'peak', precision: 'peak_rss minus the resident set size at the start: growth of the footprint, not allocation volume' },
  { name: 'minor_faults', heading: 'minor faults', unit: 'count', scope: 'process', probe: 'core', direction: 'lower', least: 0, precision: 'getrusage, exact' },
  { name: 'major_faults', heading: 'major faults', unit: 'count', scope: 'process', probe: 'core', direction: 'lower', least: 0, precision: 'getrusage, exact' },
  { name: 'voluntary_switches', heading: 'vol. switches', unit: 'count', scope: 'process', probe: 'core', direction: 'lower', least: 0, precision: 'getrusage, exact' },
  { name: 'involuntary_switches', heading: 'invol. switches', unit: 'count', scope: 'process', probe: 'core', direction: 'lower', least: 0, precision: 'getrusage, exact' },
  { name: 'disk_read', heading: 'disk read', unit: 'bytes', scope: 'process', probe: 'core', direction: 'lower', least: 0, precision: 'getrusage blocks x 512: bytes fetched from the disk; a cached read is 0' },
  { name: 'disk_written', heading: 'disk written', unit: 'bytes', scope: 'process', probe: 'core', direction: 'lower', least: 0, precision: 'getrusage blocks x 512: bytes of pages made dirty for the disk' },
  { name: 'rss_before', heading: 'rss before', unit: 'bytes', scope: 'process', probe: 'full', direction: 'none', precision: '/proc/self/statm at the start' },
  { name: 'rss_after', heading: 'rss after', unit: 'bytes', scope: 'process', probe: 'full', direction: 'none', precision: '/proc/self/statm at the stop' },
  { name: 'children_cpu_time', heading: 'children cpu', unit: 'ns', scope: 'children', probe: 'full', direction: 'lower', least: 10_000, precision: 'getrusage CHILDREN: child processes that ended and were waited for during the span' },
  { name: 'heap_before', heading: 'heap before', unit: 'bytes', scope: 'isolate', probe: 'full', direction: 'none', precision: "V8's used heap at the start, with the garbage in it" },
  { name: 'heap_after', heading: 'heap after', unit: 'bytes', scope: 'isolate', probe: 'full', direction: 'none', precision: "V8's used heap at the stop, with the garbage in it" },
  { name: 'external_before', heading: 'external before', unit: 'bytes', scope: 'isolate', probe: 'full', direction: 'none', precision: "memory outside the heap that V8 knows of (Buffers), at the start" },
  { name: 'external_after', heading: 'external after', unit: 'bytes', scope: 'isolate', probe: 'full', direction: 'none', precision: "memory outside the heap that V8 knows of (Buffers), at the stop" },
  { name: 'loop_active_time', heading: 'loop active', unit: 'ns', scope: 'thread', probe: 'full', direction: 'none', precision: "wall_time minus loop_idle_time" },
  { name: 'loop_idle_time', heading: 'loop idle', unit: 'ns', scope: 'thread', probe: 'full', direction: 'none', precision: "how long the event loop waited for events (performance.nodeTiming.idleTime)" },
  { name: 'gc_count', heading: 'gcs', unit: 'count', scope: 'isolate', probe: 'gc', direction: 'lower', least: 0, precision: 'v8.GCProfiler: garbage collections of this isolate' },
  { name: 'gc_time', heading: 'gc', unit: 'ns', scope: 'isolate', probe: 'gc', direction: 'lower', least: 10_000, precision: 'v8.GCProfiler: time in garbage collections of this isolate' },
  { name: 'tree_peak_low', heading: 'tree peak >=', unit: 'bytes', scope: 'children', probe: 'tree', direction: 'lower', least: 'peak', precision: "a whole command's memory, lower bound: the largest single process" },
  { name: 'tree_peak_high', heading: 'tree peak <=', unit: 'bytes', scope: 'children', probe: 'tree', direction: 'lower', least: 'peak', precision: "a whole command's memory, upper bound: the sum of the peaks of those of its processes that were seen" },
  { name: 'iterations', heading: 'iterations', unit: 'count', scope: 'span', probe: 'bench', direction: 'none', precision: "how often the benchmark's function was called and timed, as its harness counts" },
  { name: 'iteration_mean', heading: 'mean', unit: 'ns', scope: 'span', probe: 'bench', direction: 'lower', precision: "the harness's mean of the wall time of one iteration, rounded to 1 ns: 0 is less than half of one" },
  { name: 'iteration_p50', heading: 'p50', unit: 'ns', scope: 'span', probe: 'bench', direction: 'lower', precision: "the harness's median, rounded to 1 ns" },
  { name: 'iteration_p99', heading: 'p99', unit: 'ns', scope: 'span', probe: 'bench', direction: 'lower', precision: "the harness's 99th percentile, rounded to 1 ns" },
] as const satisfies readonly MetricRow[];

export type Metric = (typeof METRICS)[number];
export type MetricName = Metric['name'];

type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
/** A metric's name as JavaScript spells it: `peak_rss` is `peakRss`. */
export type MetricKey = KeyOf<MetricName>;
export type KeyOf<Name extends MetricName> = Camel<Name>;

export const METRIC_NAMES: readonly MetricName[] = METRICS.map((metric) => metric.name);
export const METRIC_KEYS: readonly MetricKey[] = METRIC_NAMES.map(camel);

/** Short words for what people ask about most; any metric's own name goes as well. */
export const METRIC_WORDS = {
  wall: 'wall_time',
  cpu: 'cpu_time',
  peak: 'peak_growth',
  rss: 'peak_rss',
  faults: 'minor_faults',
  heap: 'heap_after',
} as const satisfies Readonly<Record<string, MetricName>>;
export type MetricWord = keyof typeof METRIC_WORDS;

/** The place of each metric in METRICS and in every array of numbers that follows it. */
export const METRIC_INDEX = Object.freeze(Object.fromEntries(METRIC_NAMES.map((name, index) => [name, index]))) as Readonly<
  Record<MetricName, number>
>;

export function keyOf<Name extends MetricName>(name: Name): KeyOf<Name> {
  return METRIC_KEYS[METRIC_INDEX[name]] as KeyOf<Name>;
}

function camel(name: MetricName): MetricKey {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as MetricKey;
}
