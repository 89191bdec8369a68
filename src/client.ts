/** `spanmeter/client`: asks a history, wherever it is kept. */
export { Monitor, type MonitorOptions } from './client/monitor.js';
export { itemKey, type Context, type Metric, type Session, type Tags } from './client/entities.js';
export type { Instant, MetricsQuery, SessionsQuery } from './client/query.js';
export { SpanmeterError, type ErrorCode } from './model/errors.js';
