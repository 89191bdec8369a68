// One state, whether it is imported or required.
export { Monitor, SpanmeterError, itemKey } from './client.js';
export type {
  Context,
  ErrorCode,
  FilterQuery,
  Instant,
  Metric,
  MetricsQuery,
  MonitorOptions,
  Ranking,
  Session,
  SessionsQuery,
  Tags,
} from './client.js';
