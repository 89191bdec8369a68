/** Rows of metrics as /api/v1 answers them: pytest-monitor's as they came, ours as the view TEST_METRICS shows them. */
import { shown } from './pymon-text.js';
import type { Sql } from './port.js';

export interface ShownMetric {
  readonly session_h: string | null;
  readonly context_h: string | null;
  readonly item_start_time: string | null;
  readonly item_path: string | null;
  readonly item: string | null;
  readonly item_variant: string | null;
  readonly item_fs_loc: string | null;
  readonly kind: string | null;
  readonly component: string;
  readonly total_time: number | null;
  readonly user_time: number | null;
  readonly kernel_time: number | null;
  readonly cpu_usage: number | null;
  readonly mem_usage: number | null;
}

type Text = string | null;
type Numeric = number | null;

type ForeignRow = readonly [
  session: Text,
  context: Text,
  start: Text,
  path: Text,
  item: Text,
  variant: Text,
  location: Text,
  kind: Text,
  component: Text,
  total: Numeric,
  user: Numeric,
  kernel: Numeric,
  cpu: Numeric,
  memory: Numeric,
];

/** @param source SQL of rows with a column foreign_reading */
export async function foreignRows(sql: Sql, source: string, ...values: readonly unknown[]): Promise<ShownMetric[]> {
  const rows = await sql.rows<ForeignRow>(
    `SELECT s.id, c.hash, f.item_start_time, i.item_path, i.name, i.item_variant, i.item_fs_loc, i.kind, i.component,
       f.total_time, f.user_time, f.kernel_time, f.cpu_usage, f.mem_usage
     FROM (${source}) k
     JOIN foreign_readings f ON f.foreign_reading = k.foreign_reading
     JOIN foreign_items i ON i.foreign_item = f.foreign_item
     JOIN sessions s ON s.session = f.session
     JOIN writers w ON w.session = f.session AND w.writer = f.writer
     LEFT JOIN contexts c ON c.context = w.context
     ORDER BY f.foreign_reading`,
    ...values,
  );
  return rows.map(([session, context, start, path, item, variant, location, kind, component, total, user, kernel, cpu, memory]) => ({
    session_h: session === null ? null : shown(session),
    context_h: context,
    item_start_time: start,
    item_path: path,
    item,
    item_variant: variant,
    item_fs_loc: location,
    kind,
    component: component ?? '',
    total_time: total,
    user_time: user,
    kernel_time: kernel,
    cpu_usage: cpu,
    mem_usage: memory,
  }));
}

type OurRow = readonly [
  session: string,
  context: Text,
  startedAt: number,
  describe: string,
  file: string,
  name: string,
  variant: string,
  kind: string,
  component: Text,
  wall: number,
  user: Numeric,
  kernel: Numeric,
  peak: Numeric,
  before: Numeric,
];

const KINDS: ReadonlyMap<string, string> = new Map([
  ['test', 'function'],
  ['file', 'module'],
  ['suite', 'class'],
]);

/** @param source SQL of rows of the table metrics */
export async function ourRows(sql: Sql, source: string, ...values: readonly unknown[]): Promise<ShownMetric[]> {
  const rows = await sql.rows<OurRow>(
    `SELECT s.id, c.hash, s.started_at + m.started, i.describe, i.file, i.name, i.variant, i.kind, p.name,
       m.wall_time, m.user_time, m.kernel_time, m.peak_rss, w.rss_at_start
     FROM (${source}) m
     JOIN sessions s ON s.session = m.session
     JOIN items i ON i.item = m.item
     JOIN writers w ON w.session = m.session AND w.writer = m.writer
     LEFT JOIN contexts c ON c.context = coalesce(w.context, s.context)
     LEFT JOIN components p ON p.component = m.component
     ORDER BY m.session, m.item, m.writer, m.sequence`,
    ...values,
  );
  return rows.map(([session, context, startedAt, describe, file, name, variant, kind, component, wall, user, kernel, peak, before]) => ({
    session_h: shown(session),
    context_h: context,
    item_start_time: localText(startedAt),
    item_path: pathOf(shown(file), describe),
    item: shown(name),
    item_variant: shown(variant === '' ? name : variant),
    item_fs_loc: shown(file),
    kind: KINDS.get(kind) ?? kind,
    component: component === null ? '' : shown(component),
    total_time: wall / 1e9,
    user_time: user === null ? null : user / 1e9,
    kernel_time: kernel === null ? null : kernel / 1e9,
    cpu_usage: user === null || kernel === null || wall === 0 ? null : (user + kernel) / wall,
    mem_usage: peak === null || before === null ? null : (peak - before) / 1048576,
  }));
}

/** The columns of metrics that ourRows reads. */
export const OUR_COLUMNS =
  'm.session, m.item, m.writer, m.sequence, m.started, m.component, m.wall_time, m.user_time, m.kernel_time, m.peak_rss';

/** Where an item of ours is: its file, then the titles around it. */
function pathOf(file: string, describe: string): string {
  if (describe === '[]') return file;
  const titles = (JSON.parse(describe) as string[]).map(shown).join(' > ');
  return file === '' ? titles : `${file} > ${titles}`;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** An instant as Python's datetime.isoformat() writes it: local time, without a fraction when there is none. */
export function localText(microseconds: number): string {
  const fraction = ((microseconds % 1e6) + 1e6) % 1e6;
  const date = new Date((microseconds - fraction) / 1000);
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}T${time}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}`;
}
