/**
 * pytest-monitor's three tables as writable views of exactly its columns: its own statements, and every tool that reads its
 * databases, work on ours. Our rows are read-only through them; what is written through them is kept exactly as sent in the
 * foreign_ tables, and rounded in ours, where our queries see it. Facts about its tables: pytest_monitor/handler.py, 1.7.0.
 *
 * They keep to what SQLite 3.36 knows (no ->>): older programs read them with a SQLite of their own, and one view that it can't
 * parse makes the whole file malformed to it.
 *
 * The triggers say WHERE NOT EXISTS and never OR IGNORE: an OR REPLACE of the statement outside would override it.
 */
import { CONTEXT_VIEW } from './views-contexts.js';
import { METRIC_VIEW } from './views-metrics.js';
import { SESSION_VIEW } from './views-sessions.js';

export const VIEWS = [CONTEXT_VIEW, SESSION_VIEW, METRIC_VIEW].join('\n');
