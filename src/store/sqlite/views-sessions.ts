/** TEST_SESSIONS. */
import { escaped, instant, isoText, NOW, unescaped } from './expressions.js';

const ID = escaped('NEW.SESSION_H');
/** RUN_DESCRIPTION is a JSON object as pytest-monitor writes it; whatever else somebody sends is a description. */
const IS_OBJECT = `CASE WHEN json_valid(NEW.RUN_DESCRIPTION) THEN json_type(NEW.RUN_DESCRIPTION) = 'object' ELSE 0 END`;
const DESCRIPTION = `CASE
  WHEN NOT ${IS_OBJECT} THEN NEW.RUN_DESCRIPTION
  WHEN json_type(NEW.RUN_DESCRIPTION, '$.description') = 'text' THEN json_extract(NEW.RUN_DESCRIPTION, '$.description')
  ELSE '' END`;
const TAGS = `CASE
  WHEN NOT ${IS_OBJECT} THEN '{}'
  WHEN json_type(NEW.RUN_DESCRIPTION, '$.description') = 'text' THEN json_remove(NEW.RUN_DESCRIPTION, '$.description')
  ELSE json(NEW.RUN_DESCRIPTION) END`;

/** NEW becomes known: as a new row, or in place of one that only metrics named. Their starts are relative to the session's. */
const STORE_NEW = `
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: TEST_SESSIONS.SESSION_H') WHERE NEW.SESSION_H IS NULL;
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: TEST_SESSIONS.SESSION_H')
    WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ${ID} AND known);
  INSERT INTO sessions (id, known, started_at) SELECT ${ID}, 0, coalesce(${instant('NEW.RUN_DATE')}, ${NOW})
    WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE id = ${ID});
  UPDATE metrics SET started = started + (SELECT started_at - coalesce(${instant('NEW.RUN_DATE')}, started_at) FROM sessions WHERE id = ${ID})
    WHERE session = (SELECT session FROM sessions WHERE id = ${ID});
  UPDATE sessions SET known = 1, started_at = coalesce(${instant('NEW.RUN_DATE')}, started_at), revision = nullif(${escaped('NEW.SCM_ID')}, ''),
    description = coalesce(${escaped(`(${DESCRIPTION})`)}, ''), tags = ${TAGS}
    WHERE id = ${ID};
  INSERT INTO foreign_sessions (session, run_date, scm_id, run_description)
    SELECT session, NEW.RUN_DATE, NEW.SCM_ID, NEW.RUN_DESCRIPTION FROM sessions WHERE id = ${ID};`;

const OLD = `(SELECT session FROM sessions WHERE id = ${escaped('OLD.SESSION_H')})`;
const FORGET_OLD = `
  SELECT RAISE(ABORT, 'a session that spanmeter recorded is read-only in TEST_SESSIONS')
    WHERE NOT EXISTS (SELECT 1 FROM foreign_sessions WHERE session = ${OLD});
  DELETE FROM foreign_sessions WHERE session = ${OLD};
  UPDATE sessions SET known = 0 WHERE session = ${OLD};`;

export const SESSION_VIEW = `
CREATE VIEW TEST_SESSIONS (SESSION_H, RUN_DATE, SCM_ID, RUN_DESCRIPTION) AS
  SELECT ${unescaped('s.id')}, ${isoText('s.started_at')}, coalesce(${unescaped('s.revision')}, ''),
    CASE s.description WHEN '' THEN s.tags ELSE json_set(s.tags, '$.description', ${unescaped('s.description')}) END
  FROM sessions s WHERE s.known AND NOT EXISTS (SELECT 1 FROM foreign_sessions f WHERE f.session = s.session)
  UNION ALL
  SELECT ${unescaped('s.id')}, f.run_date, f.scm_id, f.run_description FROM foreign_sessions f JOIN sessions s ON s.session = f.session;
CREATE TRIGGER test_sessions_insert INSTEAD OF INSERT ON TEST_SESSIONS BEGIN ${STORE_NEW} END;
CREATE TRIGGER test_sessions_update INSTEAD OF UPDATE ON TEST_SESSIONS BEGIN ${FORGET_OLD} ${STORE_NEW} END;
CREATE TRIGGER test_sessions_delete INSTEAD OF DELETE ON TEST_SESSIONS BEGIN ${FORGET_OLD} END;
`;
