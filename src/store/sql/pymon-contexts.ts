/** Execution contexts as /api/v1 answers them, in the order in which they were made. */
import type { Context } from '../../model/records.js';
import type { Sql } from './port.js';

export interface ShownContext {
  readonly h: string;
  readonly cpu_count: number | null;
  readonly cpu_frequency: number | null;
  readonly cpu_type: string | null;
  readonly cpu_vendor: string | null;
  readonly ram_total: number | null;
  readonly machine_node: string | null;
  readonly machine_type: string | null;
  readonly machine_arch: string | null;
  readonly system_info: string | null;
  readonly python_info: string | null;
}

type Row = readonly [
  hash: string,
  facts: string,
  foreign: number | null,
  cpuCount: number | null,
  cpuFrequency: number | null,
  ...texts: (string | null)[],
];

const MACHINE_TYPES: ReadonlyMap<string, string> = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
]);
const OF_32_BITS = ['ia32', 'arm', 'mips', 'mipsel'];

/** @param like a LIKE pattern */
export async function pymonContexts(sql: Sql, like: string | undefined, limit: number, offset: number): Promise<ShownContext[]> {
  const rows = await sql.rows<Row>(
    `SELECT c.hash, c.facts, f.context, f.cpu_count, f.cpu_frequency_mhz, f.cpu_type, f.cpu_vendor, f.ram_total_mb, f.machine_node,
       f.machine_type, f.machine_arch, f.system_info, f.python_info
     FROM contexts c LEFT JOIN foreign_contexts f ON f.context = c.context
     WHERE c.facts IS NOT NULL${like === undefined ? '' : ` AND ${sql.dialect.like('c.hash', '?')}`} ORDER BY c.context LIMIT ? OFFSET ?`,
    ...(like === undefined ? [] : [like]),
    limit,
    offset,
  );
  return rows.map(toShown);
}

export async function countPymonContexts(sql: Sql, like?: string): Promise<number> {
  const where = like === undefined ? '' : ` AND ${sql.dialect.like('c.hash', '?')}`;
  const rows = await sql.rows<[number]>(
    `SELECT count(*) FROM contexts c WHERE c.facts IS NOT NULL${where}`,
    ...(like === undefined ? [] : [like]),
  );
  return rows[0]![0];
}

/** Also of one that only metrics name. */
export async function contextNumber(sql: Sql, hash: string): Promise<number | undefined> {
  return (await sql.rows<[number]>('SELECT context FROM contexts WHERE hash = ?', hash))[0]?.[0];
}

function toShown(row: Row): ShownContext {
  const [hash, facts, foreign, cpuCount, cpuFrequency, type, vendor, ram, node, machine, bits, system, runtime] = row;
  if (foreign === null) return ours(hash, JSON.parse(facts) as Partial<Context>);
  return {
    h: hash,
    cpu_count: cpuCount,
    cpu_frequency: whole(cpuFrequency),
    cpu_type: type ?? null,
    cpu_vendor: vendor ?? null,
    ram_total: ram as number | null,
    machine_node: node ?? null,
    machine_type: machine ?? null,
    machine_arch: bits ?? null,
    system_info: system ?? null,
    python_info: runtime ?? null,
  };
}

/** As the view EXECUTION_CONTEXTS shows them. */
function ours(hash: string, facts: Partial<Context>): ShownContext {
  const arch = facts.arch ?? '';
  return {
    h: hash,
    cpu_count: facts.cpuCount ?? null,
    cpu_frequency: whole(facts.cpuMhz ?? null),
    cpu_type: arch,
    cpu_vendor: facts.cpuModel ?? facts.cpuVendor ?? '',
    ram_total: facts.memoryTotal === undefined ? null : Math.floor(facts.memoryTotal / 1048576),
    machine_node: facts.machine ?? '',
    machine_type: MACHINE_TYPES.get(arch) ?? arch,
    machine_arch: OF_32_BITS.includes(arch) ? '32bit' : '64bit',
    system_info: `${facts.os ?? ''} - ${facts.osRelease ?? ''}`,
    python_info: facts.runtimeDescription ?? '',
  };
}

/** Answered as an integer, whatever was sent. */
function whole(number: number | null): number | null {
  return typeof number === 'number' ? Math.trunc(number) : number;
}
