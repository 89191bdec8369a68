/** TEST_METRICS. */
import { escaped, instant, isoText, NOW, scaled, unescaped } from './expressions.js';
import { FOREIGN } from '../sql/marks.js';

/** The columns of a foreign row, by where their exact values are kept. */
const OF_ITEM: readonly (readonly [column: string, kept: string])[] = [
  ['ITEM_PATH', 'item_path'],
  ['ITEM', 'name'],
  ['ITEM_VARIANT', 'item_variant'],
  ['ITEM_FS_LOC', 'item_fs_loc'],
  ['KIND', 'kind'],
  ['COMPONENT', 'component'],
];
const NUMBERS = ['TOTAL_TIME', 'USER_TIME', 'KERNEL_TIME', 'CPU_USAGE', 'MEM_USAGE'];
const COLUMNS = ['SESSION_H', 'ENV_H', 'ITEM_START_TIME', ...OF_ITEM.map(([column]) => column), ...NUMBERS];

const SESSION = `(SELECT session FROM sessions WHERE id IS ${escaped('NEW.SESSION_H')} ORDER BY session LIMIT 1)`;
/** A context of its own for each metric: in ours it hangs on the writer. */
const WRITER_NAME = `('pytest-monitor' || coalesce(':' || ${escaped('NEW.ENV_H')}, ''))`;
const WRITER = `session = ${SESSION} AND name = ${WRITER_NAME}`;

const orEmpty = (text: string): string => `coalesce(${escaped(text)}, '')`;
/** The identity: the module's path stands for the titles, and a variant that only repeats the name is none. */
const IDENTITY: readonly (readonly [column: string, value: string])[] = [
  ['file', orEmpty('NEW.ITEM_FS_LOC')],
  ['name', orEmpty('NEW.ITEM')],
  ['variant', `CASE WHEN NEW.ITEM_VARIANT = NEW.ITEM THEN '' ELSE ${orEmpty('NEW.ITEM_VARIANT')} END`],
  ['describe', `CASE WHEN coalesce(NEW.ITEM_PATH, '') = '' THEN '[]' ELSE json_array(${escaped('NEW.ITEM_PATH')}) END`],
  ['kind', orEmpty('NEW.KIND')],
  ['project', `''`],
  ['ordinal', '0'],
];
const IS_IDENTITY = IDENTITY.map(([column, value]) => `${column} = ${value}`).join(' AND ');
const IS_FOREIGN_ITEM = OF_ITEM.map(([column, kept]) => `${kept} IS NEW.${column}`).join(' AND ');

const STORE_NEW = `
  INSERT INTO sessions (id, known, started_at)
    SELECT ${escaped('NEW.SESSION_H')}, 0, coalesce(${instant('NEW.ITEM_START_TIME')}, ${NOW}) WHERE ${SESSION} IS NULL;
  INSERT INTO contexts (hash) SELECT NEW.ENV_H
    WHERE NEW.ENV_H IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contexts WHERE hash = NEW.ENV_H);
  INSERT INTO writers (session, writer, name, context)
    SELECT ${SESSION}, (SELECT coalesce(max(writer), 0) + 1 FROM writers WHERE session = ${SESSION}), ${WRITER_NAME},
      (SELECT context FROM contexts WHERE hash = NEW.ENV_H)
    WHERE NOT EXISTS (SELECT 1 FROM writers WHERE ${WRITER});
  UPDATE writers SET stored = stored + 1 WHERE ${WRITER};
  INSERT INTO components (name) SELECT ${escaped('NEW.COMPONENT')}
    WHERE NEW.COMPONENT <> '' AND NOT EXISTS (SELECT 1 FROM components WHERE name = ${escaped('NEW.COMPONENT')});
  INSERT INTO items (${IDENTITY.map(([column]) => column).join(', ')}) SELECT ${IDENTITY.map(([, value]) => value).join(', ')}
    WHERE NOT EXISTS (SELECT 1 FROM items WHERE ${IS_IDENTITY});
  INSERT INTO foreign_items (item, ${OF_ITEM.map(([, kept]) => kept).join(', ')})
    SELECT (SELECT item FROM items WHERE ${IS_IDENTITY}), ${OF_ITEM.map(([column]) => `NEW.${column}`).join(', ')}
    WHERE NOT EXISTS (SELECT 1 FROM foreign_items WHERE ${IS_FOREIGN_ITEM});
  INSERT INTO foreign_readings (session, foreign_item, writer, sequence, item_start_time, ${NUMBERS.join(', ')})
    SELECT session, (SELECT foreign_item FROM foreign_items WHERE ${IS_FOREIGN_ITEM} LIMIT 1), writer, stored, NEW.ITEM_START_TIME,
      ${NUMBERS.map((column) => `NEW.${column}`).join(', ')}
    FROM writers WHERE ${WRITER};
  INSERT INTO metrics (session, item, writer, sequence, started, component, marks, overlaps, wall_time, cpu_time, user_time, kernel_time,
      peak_growth)
    SELECT f.session, i.item, f.writer, f.sequence, coalesce(${instant('f.item_start_time')} - s.started_at, 0),
      (SELECT component FROM components WHERE name = ${escaped('i.component')}), ${FOREIGN}, 0, ${scaled('f.total_time', '1e9')},
      CASE WHEN typeof(f.user_time) = 'real' AND typeof(f.kernel_time) = 'real' THEN ${scaled('(f.user_time + f.kernel_time)', '1e9')} END,
      ${scaled('f.user_time', '1e9')}, ${scaled('f.kernel_time', '1e9')}, ${scaled('f.mem_usage', '1048576')}
    FROM foreign_readings f JOIN foreign_items i ON i.foreign_item = f.foreign_item JOIN sessions s ON s.session = f.session
    WHERE f.foreign_reading = last_insert_rowid();
  DELETE FROM session_counts WHERE session = ${SESSION};
  DELETE FROM zones WHERE session = ${SESSION};`;

const FROM_FOREIGN = `
  FROM foreign_readings f
  JOIN foreign_items i ON i.foreign_item = f.foreign_item
  JOIN sessions s ON s.session = f.session
  JOIN writers w ON w.session = f.session AND w.writer = f.writer
  LEFT JOIN contexts c ON c.context = w.context`;
const IS_OLD = [
  `s.id IS ${escaped('OLD.SESSION_H')}`,
  'c.hash IS OLD.ENV_H',
  ...OF_ITEM.map(([column, kept]) => `i.${kept} IS OLD.${column}`),
  ...['ITEM_START_TIME', ...NUMBERS].map((column) => `f.${column} IS OLD.${column}`),
].join(' AND ');
/** One row that looks like OLD: of equal ones each has its turn. */
const OLD = `(SELECT f.foreign_reading ${FROM_FOREIGN} WHERE ${IS_OLD} LIMIT 1)`;

const REMOVE_OLD = `
  SELECT RAISE(ABORT, 'a reading that spanmeter recorded is read-only in TEST_METRICS') WHERE ${OLD} IS NULL;
  DELETE FROM session_counts WHERE session = (SELECT session FROM foreign_readings WHERE foreign_reading = ${OLD});
  DELETE FROM zones WHERE session = (SELECT session FROM foreign_readings WHERE foreign_reading = ${OLD});
  DELETE FROM metrics WHERE (session, item, writer, sequence) = (SELECT g.session, j.item, g.writer, g.sequence
    FROM foreign_readings g JOIN foreign_items j ON j.foreign_item = g.foreign_item WHERE g.foreign_reading = ${OLD});
  DELETE FROM foreign_readings WHERE foreign_reading = ${OLD};`;

/** Where an item of ours is: its file, then the titles around it. */
const PATH = `CASE i.describe WHEN '[]' THEN ${unescaped('i.file')} ELSE
  (CASE i.file WHEN '' THEN '' ELSE ${unescaped('i.file')} || ' > ' END) ||
  (SELECT group_concat(${unescaped('title.value')}, ' > ') FROM json_each(i.describe) AS title) END`;

/** What was not measured (skipped, interrupted) has no row: pytest-monitor has none either. */
export const METRIC_VIEW = `
CREATE VIEW TEST_METRICS (${COLUMNS.join(', ')}) AS
  SELECT ${unescaped('s.id')}, c.hash, ${isoText('s.started_at + m.started')}, ${PATH}, ${unescaped('i.name')},
    ${unescaped("CASE i.variant WHEN '' THEN i.name ELSE i.variant END")}, ${unescaped('i.file')},
    CASE i.kind WHEN 'test' THEN 'function' WHEN 'file' THEN 'module' WHEN 'suite' THEN 'class' ELSE i.kind END,
    coalesce(${unescaped('p.name')}, ''), m.wall_time / 1e9, m.user_time / 1e9, m.kernel_time / 1e9,
    (m.user_time + m.kernel_time) * 1.0 / nullif(m.wall_time, 0), (m.peak_rss - w.rss_at_start) / 1048576.0
  FROM metrics m
  JOIN sessions s ON s.session = m.session
  JOIN items i ON i.item = m.item
  JOIN writers w ON w.session = m.session AND w.writer = m.writer
  LEFT JOIN contexts c ON c.context = coalesce(w.context, s.context)
  LEFT JOIN components p ON p.component = m.component
  WHERE m.marks & ${FOREIGN} = 0 AND m.wall_time IS NOT NULL
  UNION ALL
  SELECT ${unescaped('s.id')}, c.hash, f.item_start_time, ${OF_ITEM.map(([, kept]) => `i.${kept}`).join(', ')},
    ${NUMBERS.map((column) => `f.${column}`).join(', ')} ${FROM_FOREIGN};
CREATE TRIGGER test_metrics_insert INSTEAD OF INSERT ON TEST_METRICS BEGIN ${STORE_NEW} END;
CREATE TRIGGER test_metrics_update INSTEAD OF UPDATE ON TEST_METRICS BEGIN ${REMOVE_OLD} ${STORE_NEW} END;
CREATE TRIGGER test_metrics_delete INSTEAD OF DELETE ON TEST_METRICS BEGIN ${REMOVE_OLD} END;
`;
