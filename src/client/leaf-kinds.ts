import type { KindTotals } from './rows.js';

/** Kinds whose items contain others; `module`, `class` and `package` are pytest-monitor's. */
const CONTAINERS = ['file', 'suite', 'session', 'module', 'class', 'package'];

export function isContainer(kind: string): boolean {
  return CONTAINERS.includes(kind);
}

/** The kinds to show when nobody named any: those that contain no others, so that nothing is listed twice. */
export function leafKinds(totals: readonly Pick<KindTotals, 'kind'>[]): string[] {
  const kinds = totals.map(({ kind }) => kind);
  const leaves = kinds.filter((kind) => !isContainer(kind));
  return leaves.length > 0 ? leaves : kinds;
}
