// One state, whether it is imported or required.
export { Monitor, SpanmeterError, itemKey } from './client.js';
export type { Context, ErrorCode, Instant, Metric, MetricsQuery, MonitorOptions, Session, SessionsQuery, Tags } from './client.js';
