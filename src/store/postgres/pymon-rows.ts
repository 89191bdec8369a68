/** pytest-monitor's contexts and sessions: kept exactly in the foreign_ tables, and in ours, where our queries see them. */
import { isDeepStrictEqual } from 'node:util';
import type { PoolClient } from 'pg';
import type { PymonContext, PymonSession, Put } from '../pymon-rows.js';
import { rows, type Connections } from './connections.js';
import { CONTEXTS, numbersOf, PLACEHOLDERS } from './dictionary.js';
import { instantOf } from './instant.js';
import { placeStart } from './sessions.js';

/** A backslash as escapeText has it. Other characters that it escapes stay as they are: unescapeText passes them through. */
export function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

const COLUMNS = `cpu_count, cpu_frequency_mhz, cpu_type, cpu_vendor, ram_total_mb, machine_node, machine_type, machine_arch, system_info, python_info`;

export async function putPymonContext(connections: Connections, context: PymonContext): Promise<Put> {
  const { hash, cpuCount, cpuFrequency, cpuType, cpuVendor, ramTotal, machineNode, machineType, machineArch, systemInfo, pythonInfo } =
    context;
  const values = [cpuCount, cpuFrequency, cpuType, cpuVendor, ramTotal, machineNode, machineType, machineArch, systemInfo, pythonInfo];
  const number = (await numbersOf(connections, CONTEXTS, new Map([[hash, [hash]]]))).get(hash)!;
  return connections.write(async (client) => {
    const [row] = await rows<[string | null]>(client, 'SELECT facts FROM contexts WHERE context = ? FOR UPDATE', number);
    if (row![0] !== null) {
      const [stored] = await rows(client, `SELECT ${COLUMNS} FROM foreign_contexts WHERE context = ?`, number);
      return isDeepStrictEqual(stored, values) ? 'same' : 'other';
    }
    const places = values.map(() => '?').join(', ');
    await rows(client, `INSERT INTO foreign_contexts (context, ${COLUMNS}) VALUES (?, ${places})`, number, ...values);
    await rows(client, 'UPDATE contexts SET facts = ? WHERE context = ?', JSON.stringify(factsOf(context)), number);
    return 'new';
  });
}

/** As a Context has them; what is undefined is left out. */
function factsOf({ cpuCount, cpuFrequency, cpuVendor, ramTotal, machineNode, machineType, systemInfo, pythonInfo }: PymonContext): object {
  const [system, ...release] = systemInfo.split(' - ');
  const [version, ...description] = pythonInfo.split(' ');
  return {
    machine: machineNode || undefined,
    os: system,
    osRelease: release.length === 0 ? undefined : release.join(' - '),
    arch: machineType || undefined,
    cpuModel: cpuVendor || undefined,
    cpuCount: Number.isInteger(cpuCount) ? cpuCount : undefined,
    cpuMhz: cpuFrequency,
    memoryTotal: Number.isInteger(ramTotal) ? ramTotal * 1048576 : undefined,
    runtime: 'python',
    runtimeVersion: description.length === 0 ? undefined : version,
    runtimeDescription: pythonInfo || undefined,
  };
}

export async function putPymonSession(connections: Connections, session: PymonSession): Promise<Put> {
  const { id, runDate, scmId, description } = session;
  const key = escaped(id);
  const startedAt = instantOf(runDate);
  const number = (await numbersOf(connections, PLACEHOLDERS, new Map([[key, [key, 0, startedAt ?? Date.now() * 1000]]]))).get(key)!;
  return connections.write(async (client) => {
    if (!(await placeStart(client, number, startedAt))) return compare(client, number, session);
    const { text, tags } = described(description);
    await rows(
      client,
      `UPDATE sessions SET revision = nullif(?, ''), description = ?, tags = ? WHERE session = ?`,
      scmId === null ? null : escaped(scmId),
      escaped(text),
      JSON.stringify(tags),
      number,
    );
    await rows(
      client,
      'INSERT INTO foreign_sessions (session, run_date, scm_id, run_description) VALUES (?, ?, ?, ?)',
      number,
      runDate,
      scmId,
      description,
    );
    return 'new';
  });
}

async function compare(client: PoolClient, number: number, { runDate, scmId, description }: PymonSession): Promise<Put> {
  const [stored] = await rows<[string, string | null, string]>(
    client,
    'SELECT run_date, scm_id, run_description FROM foreign_sessions WHERE session = ?',
    number,
  );
  if (stored?.[0] !== runDate || stored[1] !== scmId) return 'other';
  return stored[2] === description || isDeepStrictEqual(JSON.parse(stored[2]), JSON.parse(description)) ? 'same' : 'other';
}

/** Its own text, and the other members as tags. */
function described(json: string): { readonly text: string; readonly tags: object } {
  const { description, ...tags } = JSON.parse(json) as Record<string, unknown>;
  return typeof description === 'string' ? { text: description, tags } : { text: '', tags: JSON.parse(json) as object };
}
