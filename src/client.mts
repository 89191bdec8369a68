// One state, whether it is imported or required.
export { Contexts, Metrics, Monitor, Sessions, SpanmeterError, itemKey } from './client.js';
export type {
  Context,
  ErrorCode,
  FilterQuery,
  Instant,
  Joined,
  Metric,
  MetricFrameOptions,
  MetricsQuery,
  MonitorOptions,
  Ranking,
  Session,
  SessionFrameOptions,
  SessionsQuery,
  Tags,
  TagsWanted,
} from './client.js';
