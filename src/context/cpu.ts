/** The processor. On Linux from /proc/cpuinfo, whose fields differ by architecture; elsewhere from Node. */
import os from 'node:os';
import { join } from 'node:path';
import { readText } from './text-file.js';

const { cpus } = os;

export interface Cpu {
  readonly model?: string;
  readonly vendor?: string;
  /** Nominal, never the momentary frequency: a context must be the same in the next run. */
  readonly mhz?: number;
  /** Logical processors that are online. */
  readonly count?: number;
}

/** @param root where `/` of the system is; another folder in tests */
export function readCpu(root = '/'): Cpu {
  const info = readText(join(root, 'proc/cpuinfo'));
  return info === undefined ? fromNode() : fromCpuInfo(info, root);
}

function fromNode(): Cpu {
  const all = cpus();
  const [first] = all;
  if (first === undefined) return {};
  const known = first.model.trim() !== '' && first.model !== 'unknown';
  return { count: all.length, ...(known && { model: first.model.trim() }), ...(first.speed > 0 && { mhz: first.speed }) };
}

function fromCpuInfo(info: string, root: string): Cpu {
  const field = (name: string): string | undefined => new RegExp(`^${name}[ \\t]*:[ \\t]*(\\S.*)$`, 'm').exec(info)?.[1]?.trim();
  const [implementer, part] = [field('CPU implementer'), field('CPU part')];
  // ARM kernels give no model's name, but two numbers that stand for it.
  const numbers = implementer !== undefined && part !== undefined ? `implementer ${implementer}, part ${part}` : undefined;
  const [model, vendor] = [field('model name') ?? numbers, field('vendor_id') ?? field('vendor')];
  const mhz = readMhz(root, field('cpu MHz'), field('flags'));
  const count = info.match(/^processor[ \t]*:/gm)?.length;
  return {
    ...(model !== undefined && { model }),
    ...(vendor !== undefined && { vendor }),
    ...(mhz !== undefined && { mhz }),
    ...(count !== undefined && { count }),
  };
}

/**
 * The kernel's nominal frequency (kHz) where it scales frequencies. `cpu MHz` is a constant only where nothing measures the
 * momentary one (virtual machines), which the processor flag aperfmperf tells.
 */
function readMhz(root: string, current: string | undefined, flags = ''): number | undefined {
  const folder = join(root, 'sys/devices/system/cpu/cpu0/cpufreq');
  const nominal = readText(join(folder, 'base_frequency')) ?? readText(join(folder, 'cpuinfo_max_freq'));
  if (nominal !== undefined) return positive(Number(nominal) / 1000);
  return flags.split(' ').includes('aperfmperf') ? undefined : positive(Number(current));
}

function positive(value: number): number | undefined {
  return value > 0 ? Math.round(value) : undefined;
}
