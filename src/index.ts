/** The public face: it only re-exports. */
export { asBenchmark, type BenchmarkOptions, type BenchmarkResult } from './recorder/as-benchmark.js';
export { span, type Measured, type MeasuredResult, type Span, type SpanOptions } from './recorder/span.js';
export { assertWithin } from './recorder/assert-within.js';
export { openSession, type Session, type SessionResult } from './session/index.js';
export { SpanmeterError, type ErrorCode } from './model/errors.js';
export type { Budget } from './model/limits.js';
export { METRICS, type MetricKey, type MetricName, type ProbeSet, type Unit } from './model/metrics.js';
export type { Kind, Reading, Status, Tags } from './model/records.js';
