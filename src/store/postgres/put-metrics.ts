/** The function that stores pytest-monitor's metrics: exactly as sent in foreign_readings, and rounded in metrics, in one round trip. */
import { FOREIGN } from '../sql/marks.js';
import { LOCKS } from './locks.js';

/** What the function raises when a writer is not there (any more). */
export const WRITER_MISSING = 'SPM01';

/**
 * Not one statement, though it could be: each statement of a function sees what was committed before that one began, so what others have
 * counted is deleted after the lock was waited for. Each row's place is that among the rows of its writer, from 1; rows are in the order
 * in which they came, which foreign_reading counts, and `sessions_once` is sorted, so that nobody waits in a circle.
 */
export const PUT_METRICS = `
CREATE FUNCTION spanmeter_put_metrics(
  of_writers integer[], in_sessions integer[], counts integer[], sessions_once integer[],
  sessions integer[], writers integer[], places integer[], foreign_items integer[], start_times text[], totals double precision[],
  users double precision[], kernels double precision[], cpus double precision[], memories double precision[],
  items integer[], components integer[], instants bigint[], wall_times bigint[], cpu_times bigint[], user_times bigint[],
  kernel_times bigint[], growths bigint[]
) RETURNS void LANGUAGE plpgsql
-- planned once a connection, also while the tables are empty: by then it must be a plan for large ones
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
  stored_rows bigint;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(${LOCKS.readings}, s) FROM unnest(sessions_once) AS s;
  DELETE FROM session_counts WHERE session = ANY(sessions_once);
  DELETE FROM zones WHERE session = ANY(sessions_once);
  WITH taken AS (
    UPDATE writers w SET stored = w.stored + n.count FROM unnest(in_sessions, of_writers, counts) AS n (session, writer, count)
    WHERE w.session = n.session AND w.writer = n.writer RETURNING w.session, w.writer, w.stored - n.count AS stored
  ), sent AS (
    SELECT r.*, t.stored + r.place AS sequence, coalesce(r.instant - s.started_at, 0) AS started
    FROM unnest(sessions, writers, places, foreign_items, start_times, totals, users, kernels, cpus, memories, items, components,
        instants, wall_times, cpu_times, user_times, kernel_times, growths) WITH ORDINALITY
      AS r (session, writer, place, foreign_item, start_time, total, user_part, kernel, cpu, memory, item, component, instant,
        wall_time, cpu_time, user_time, kernel_time, growth, at)
    JOIN taken t ON t.session = r.session AND t.writer = r.writer JOIN sessions s ON s.session = r.session
  ), exact AS (
    INSERT INTO foreign_readings (session, foreign_item, writer, sequence, item_start_time, total_time, user_time, kernel_time, cpu_usage, mem_usage)
    SELECT session, foreign_item, writer, sequence, start_time, total, user_part, kernel, cpu, memory FROM sent ORDER BY at
  )
  INSERT INTO metrics (session, item, writer, sequence, started, component, marks, "overlaps", wall_time, cpu_time, user_time, kernel_time, peak_growth)
  SELECT session, item, writer, sequence, started, component, ${FOREIGN}, 0, wall_time, cpu_time, user_time, kernel_time, growth FROM sent;
  GET DIAGNOSTICS stored_rows = ROW_COUNT;
  IF stored_rows < cardinality(sessions) THEN
    RAISE EXCEPTION 'a writer is missing' USING ERRCODE = '${WRITER_MISSING}';
  END IF;
END $$`;

/** That it takes. */
export const PUT_METRICS_PARAMETERS = 22;
