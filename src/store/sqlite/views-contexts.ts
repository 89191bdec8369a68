/** EXECUTION_CONTEXTS. */
const FACTS: readonly (readonly [column: string, ours: string])[] = [
  ['CPU_COUNT', `json_extract(c.facts, '$.cpuCount')`],
  ['CPU_FREQUENCY_MHZ', `json_extract(c.facts, '$.cpuMhz')`],
  // Python's platform.processor(): the architecture, or empty.
  ['CPU_TYPE', `coalesce(json_extract(c.facts, '$.arch'), '')`],
  // There it holds what we call the model.
  ['CPU_VENDOR', `coalesce(json_extract(c.facts, '$.cpuModel'), json_extract(c.facts, '$.cpuVendor'), '')`],
  ['RAM_TOTAL_MB', `json_extract(c.facts, '$.memoryTotal') / 1048576`],
  ['MACHINE_NODE', `coalesce(json_extract(c.facts, '$.machine'), '')`],
  [
    'MACHINE_TYPE',
    `CASE json_extract(c.facts, '$.arch') WHEN 'x64' THEN 'x86_64' WHEN 'arm64' THEN 'aarch64' ELSE coalesce(json_extract(c.facts, '$.arch'), '') END`,
  ],
  ['MACHINE_ARCH', `CASE WHEN json_extract(c.facts, '$.arch') IN ('ia32', 'arm', 'mips', 'mipsel') THEN '32bit' ELSE '64bit' END`],
  ['SYSTEM_INFO', `coalesce(json_extract(c.facts, '$.os'), '') || ' - ' || coalesce(json_extract(c.facts, '$.osRelease'), '')`],
  ['PYTHON_INFO', `coalesce(json_extract(c.facts, '$.runtimeDescription'), '')`],
];
const COLUMNS = FACTS.map(([column]) => column);

/** Facts as a Context has them, from the stored row: its columns have made numbers of what are numbers. json_patch leaves out NULL. */
const NEW_FACTS = `json_patch('{}', json_object(
  'machine', nullif(f.machine_node, ''),
  'os', CASE WHEN instr(f.system_info, ' - ') > 0 THEN substr(f.system_info, 1, instr(f.system_info, ' - ') - 1) ELSE f.system_info END,
  'osRelease', CASE WHEN instr(f.system_info, ' - ') > 0 THEN substr(f.system_info, instr(f.system_info, ' - ') + 3) END,
  'arch', nullif(f.machine_type, ''),
  'cpuModel', nullif(f.cpu_vendor, ''),
  'cpuCount', CASE WHEN typeof(f.cpu_count) = 'integer' THEN f.cpu_count END,
  'cpuMhz', CASE WHEN typeof(f.cpu_frequency_mhz) IN ('integer', 'real') THEN f.cpu_frequency_mhz END,
  'memoryTotal', CASE WHEN typeof(f.ram_total_mb) = 'integer' THEN f.ram_total_mb * 1048576 END,
  'runtime', 'python',
  'runtimeVersion', CASE WHEN instr(f.python_info, ' ') > 0 THEN substr(f.python_info, 1, instr(f.python_info, ' ') - 1) END,
  'runtimeDescription', nullif(f.python_info, '')))`;

/** NEW becomes known: as a new row, or in place of one of which only the hash was known. */
const STORE_NEW = `
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: EXECUTION_CONTEXTS.ENV_H') WHERE NEW.ENV_H IS NULL;
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: EXECUTION_CONTEXTS.ENV_H')
    WHERE EXISTS (SELECT 1 FROM contexts WHERE hash = NEW.ENV_H AND facts IS NOT NULL);
  INSERT INTO contexts (hash) SELECT NEW.ENV_H WHERE NOT EXISTS (SELECT 1 FROM contexts WHERE hash = NEW.ENV_H);
  INSERT INTO foreign_contexts (context, ${COLUMNS.join(', ')})
    SELECT context, ${COLUMNS.map((column) => `NEW.${column}`).join(', ')} FROM contexts WHERE hash = NEW.ENV_H;
  UPDATE contexts SET facts = (SELECT ${NEW_FACTS} FROM foreign_contexts f WHERE f.context = contexts.context) WHERE hash = NEW.ENV_H;`;

const FORGET_OLD = `
  SELECT RAISE(ABORT, 'a context that spanmeter recorded is read-only in EXECUTION_CONTEXTS')
    WHERE NOT EXISTS (SELECT 1 FROM contexts JOIN foreign_contexts USING (context) WHERE hash = OLD.ENV_H);
  DELETE FROM foreign_contexts WHERE context = (SELECT context FROM contexts WHERE hash = OLD.ENV_H);
  UPDATE contexts SET facts = NULL WHERE hash = OLD.ENV_H;`;

export const CONTEXT_VIEW = `
CREATE VIEW EXECUTION_CONTEXTS (ENV_H, ${COLUMNS.join(', ')}) AS
  SELECT c.hash, ${FACTS.map(([, ours]) => ours).join(', ')}
  FROM contexts c WHERE c.facts IS NOT NULL AND NOT EXISTS (SELECT 1 FROM foreign_contexts f WHERE f.context = c.context)
  UNION ALL
  SELECT c.hash, ${COLUMNS.map((column) => `f.${column}`).join(', ')}
  FROM foreign_contexts f JOIN contexts c ON c.context = f.context;
CREATE TRIGGER execution_contexts_insert INSTEAD OF INSERT ON EXECUTION_CONTEXTS BEGIN ${STORE_NEW} END;
CREATE TRIGGER execution_contexts_update INSTEAD OF UPDATE ON EXECUTION_CONTEXTS BEGIN ${FORGET_OLD} ${STORE_NEW} END;
CREATE TRIGGER execution_contexts_delete INSTEAD OF DELETE ON EXECUTION_CONTEXTS BEGIN ${FORGET_OLD} END;
`;
