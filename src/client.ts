/** `spanmeter/client`: asks a history, wherever it is kept. */
export { Monitor, type MonitorOptions } from './client/monitor.js';
export { Contexts } from './client/collections/contexts.js';
export { Metrics, type Joined } from './client/collections/metrics.js';
export type { MetricFrameOptions } from './client/collections/metric-frame.js';
export { Sessions, type SessionFrameOptions, type TagsWanted } from './client/collections/sessions.js';
export { itemKey, type Context, type Metric, type Session, type Tags } from './client/entities.js';
export type { FilterQuery, Instant, MetricsQuery, Ranking, SessionsQuery } from './client/query.js';
export { compare } from './analysis/compare/index.js';
export type { Change, CompareOptions, Compared, Comparison, Side, Threshold, Verdict } from './analysis/compare/types.js';
export { SpanmeterError, type ErrorCode } from './model/errors.js';
