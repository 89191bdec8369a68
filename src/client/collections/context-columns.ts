/** What a context says, as columns. */
import type { Context } from '../entities.js';
import type { Fact } from './session-columns.js';

/** What metrics take over from their contexts. */
export const CONTEXT_FACTS: readonly Fact<Context>[] = [
  { name: 'machine', type: 'text', of: ({ machine }) => machine },
  { name: 'os', type: 'text', of: ({ os }) => os },
  { name: 'os_release', type: 'text', of: ({ osRelease }) => osRelease },
  { name: 'arch', type: 'text', of: ({ arch }) => arch },
  { name: 'cpu_model', type: 'text', of: ({ cpuModel }) => cpuModel },
  { name: 'cpu_vendor', type: 'text', of: ({ cpuVendor }) => cpuVendor },
  { name: 'cpu_count', type: 'integer', of: ({ cpuCount }) => cpuCount },
  { name: 'cpu_mhz', type: 'number', of: ({ cpuMhz }) => cpuMhz },
  { name: 'cpu_limit', type: 'number', of: ({ cpuLimit }) => cpuLimit },
  { name: 'memory_total', type: 'integer', of: ({ memoryTotal }) => memoryTotal },
  { name: 'memory_limit', type: 'integer', of: ({ memoryLimit }) => memoryLimit },
  { name: 'libc', type: 'text', of: ({ libc }) => libc },
  { name: 'runtime', type: 'text', of: ({ runtime }) => runtime },
  { name: 'runtime_version', type: 'text', of: ({ runtimeVersion }) => runtimeVersion },
  { name: 'runtime_description', type: 'text', of: ({ runtimeDescription }) => runtimeDescription },
];

export const CONTEXT_COLUMNS: readonly Fact<Context>[] = [{ name: 'context', type: 'text', of: ({ hash }) => hash }, ...CONTEXT_FACTS];
