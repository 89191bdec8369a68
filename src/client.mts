// One state, whether it is imported or required.
export { Contexts, Metrics, Monitor, Sessions, SpanmeterError, itemKey } from './client.js';
export type { Context, ErrorCode, Instant, Joined, Metric, MetricsQuery, MonitorOptions, Session, SessionsQuery, Tags, TagsWanted } from './client.js';
