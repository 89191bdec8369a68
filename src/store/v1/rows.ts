/** What /api/v1 answers, as rows of pytest-monitor's tables. */
import type { Row } from './pages.js';

export interface Table {
  readonly name: string;
  /** The column, and where its value is in an answer. */
  readonly columns: readonly (readonly [column: string, of: (row: Row) => unknown])[];
}

const same = (...names: string[]): Table['columns'] => names.map((name) => [name.toUpperCase(), (row) => row[name]]);
const renamed = (column: string, name: string): Table['columns'][number] => [column, (row) => row[name]];

export const CONTEXTS: Table = {
  name: 'EXECUTION_CONTEXTS',
  columns: [
    renamed('ENV_H', 'h'),
    renamed('CPU_FREQUENCY_MHZ', 'cpu_frequency'),
    renamed('RAM_TOTAL_MB', 'ram_total'),
    ...same('cpu_count', 'cpu_type', 'cpu_vendor', 'machine_node', 'machine_type', 'machine_arch', 'system_info', 'python_info'),
  ],
};

export const SESSIONS: Table = {
  name: 'TEST_SESSIONS',
  columns: [
    ...same('session_h', 'run_date'),
    renamed('SCM_ID', 'scm_ref'),
    ['RUN_DESCRIPTION', ({ tags }) => JSON.stringify(tagsOf(tags))],
  ],
};

export const METRICS: Table = {
  name: 'TEST_METRICS',
  columns: [
    renamed('ENV_H', 'context_h'),
    ...same('session_h', 'item_start_time', 'item_path', 'item', 'item_variant', 'item_fs_loc', 'kind', 'component'),
    ...same('total_time', 'user_time', 'kernel_time', 'cpu_usage', 'mem_usage'),
  ],
};

/** Names with values, which are texts here whatever they were. */
function tagsOf(list: unknown): object {
  if (!Array.isArray(list)) return {};
  const pairs = (list as unknown[]).flatMap((tag) =>
    typeof tag === 'object' && tag !== null && 'name' in tag && 'value' in tag ? [[tag.name, tag.value]] : [],
  );
  return Object.fromEntries(pairs) as object;
}

/** Values as a table takes them: whatever else a server sends is as good as nothing. */
export function valuesOf({ columns }: Table, row: Row): unknown[] {
  return columns.map(([, of]) => {
    const value = of(row);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  });
}
