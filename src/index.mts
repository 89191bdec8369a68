// One state, whether it is imported or required: the CommonJS build is the only one.
export { METRICS, SpanmeterError, asBenchmark, assertWithin, openSession, span } from './index.js';
export type {
  BenchmarkOptions,
  BenchmarkResult,
  Budget,
  ErrorCode,
  Kind,
  Measured,
  MeasuredResult,
  MetricKey,
  MetricName,
  ProbeSet,
  Reading,
  Session,
  SessionResult,
  Span,
  SpanOptions,
  Status,
  Tags,
  Unit,
} from './index.js';
