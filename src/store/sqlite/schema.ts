/**
 * The tables. A reading's row is clustered by (session, item, writer, sequence): an item's history is one seek a session and needs
 * no second index, which would cost more time and space than everything else together. (session, writer, sequence) is the key
 * that the outside sees; write-readings.ts keeps it unique.
 */
import { METRIC_NAMES } from '../../model/metrics.js';

export const TABLES = `
-- facts: JSON of the Context; NULL while only the hash is known
CREATE TABLE contexts (context INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, facts TEXT);

-- known = 0: a placeholder, named by a foreign metric before (or without) its session. id is NULL where a foreign metric had none
CREATE TABLE sessions (
  session INTEGER PRIMARY KEY, id TEXT UNIQUE, known INTEGER NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER,
  exit_code INTEGER, description TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '{}', revision TEXT, branch TEXT, dirty INTEGER,
  context INTEGER, command TEXT NOT NULL DEFAULT '', root TEXT NOT NULL DEFAULT '', lockfile_hash TEXT
);
CREATE INDEX sessions_by_start ON sessions (started_at);

-- counts of a session's tests; a row is deleted when the session's readings change, and computed again when it is missed
CREATE TABLE session_counts (
  session INTEGER PRIMARY KEY, tests INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL, interrupted INTEGER NOT NULL
);

CREATE TABLE packages (package INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, UNIQUE (name, version));
CREATE TABLE session_packages (session INTEGER NOT NULL, package INTEGER NOT NULL, PRIMARY KEY (session, package)) WITHOUT ROWID;

-- writer: counts from 1 in its session, which keeps rows small. stored: no row of it has a higher sequence.
-- context: NULL means the session's
CREATE TABLE writers (
  session INTEGER NOT NULL, writer INTEGER NOT NULL, name TEXT NOT NULL, pid INTEGER, thread INTEGER, started_at INTEGER,
  rss_at_start INTEGER, context INTEGER, stored INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session, writer), UNIQUE (session, name)
) WITHOUT ROWID;

-- describe: JSON array of the escaped titles
CREATE TABLE items (
  item INTEGER PRIMARY KEY, kind TEXT NOT NULL, project TEXT NOT NULL, file TEXT NOT NULL, describe TEXT NOT NULL,
  name TEXT NOT NULL, variant TEXT NOT NULL, ordinal INTEGER NOT NULL, UNIQUE (file, name, variant, describe, kind, project, ordinal)
);
CREATE TABLE components (component INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE reading_tags (tags INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE);

-- started: microseconds since the session's start. component, parent, tags: NULL for none. Then one integer a metric
CREATE TABLE metrics (
  session INTEGER NOT NULL, item INTEGER NOT NULL, writer INTEGER NOT NULL, sequence INTEGER NOT NULL,
  started INTEGER NOT NULL, parent INTEGER, component INTEGER, marks INTEGER NOT NULL, overlaps INTEGER NOT NULL,
  retry INTEGER NOT NULL DEFAULT 0, repeat INTEGER NOT NULL DEFAULT 0, tags INTEGER, ${METRIC_NAMES.map((name) => `${name} INTEGER`).join(', ')},
  PRIMARY KEY (session, item, writer, sequence)
) WITHOUT ROWID;
`;

/** What pytest-monitor wrote, exactly: its types give the columns the affinities that they have in its own tables. */
export const FOREIGN_TABLES = `
CREATE TABLE foreign_contexts (
  context INTEGER PRIMARY KEY, cpu_count integer, cpu_frequency_mhz integer, cpu_type varchar(64), cpu_vendor varchar(256),
  ram_total_mb integer, machine_node varchar(512), machine_type varchar(32), machine_arch varchar(16), system_info varchar(256),
  python_info varchar(512)
);
CREATE TABLE foreign_sessions (session INTEGER PRIMARY KEY, run_date varchar(64), scm_id varchar(128), run_description json);
CREATE TABLE foreign_items (
  foreign_item INTEGER PRIMARY KEY, item INTEGER NOT NULL, item_path varchar(4096), name varchar(2048), item_variant varchar(2048),
  item_fs_loc varchar(2048), kind varchar(64), component varchar(512)
);
CREATE INDEX foreign_items_by_name ON foreign_items (name, item_variant, item_fs_loc);
CREATE TABLE foreign_readings (
  foreign_reading INTEGER PRIMARY KEY, session INTEGER NOT NULL, foreign_item INTEGER NOT NULL, writer INTEGER NOT NULL,
  sequence INTEGER NOT NULL, item_start_time varchar(64), total_time float, user_time float, kernel_time float, cpu_usage float,
  mem_usage float
);
CREATE INDEX foreign_readings_by_session ON foreign_readings (session, foreign_item);
`;

/** Who may ask a server. hash: SHA-256 of the token, which is kept nowhere */
export const TOKEN_TABLE = `
CREATE TABLE tokens (
  token INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scope TEXT NOT NULL, hash TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
);
`;
