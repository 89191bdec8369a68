/** A comparison for programs. */
import type { Compared, ComparedItem, Comparison, OneSided, SideFacts } from '../../analysis/compare/types.js';
import { MOST_RUNS } from '../../analysis/enough-runs.js';
import { instant } from '../../model/instant.js';
import { snake } from '../json.js';

type Json = Readonly<Record<string, unknown>>;

export function comparisonJson(comparison: Comparison): Json {
  const { a, b, otherMachines, changes, added, gone, totals, ...same } = comparison;
  return {
    a: sideJson(a),
    b: sideJson(b),
    ...same,
    ...(otherMachines && { other_machines: otherMachines }),
    changes: changes.map(({ item, ...compared }) => ({ ...itemJson(item), ...comparedJson(compared) })),
    added: added.map(oneSidedJson),
    gone: gone.map(oneSidedJson),
    totals: totals.map(comparedJson),
  };
}

function sideJson({ from, to, ...side }: SideFacts): Json {
  return { ...side, from: instant(from), to: instant(to) };
}

/** JSON has no Infinity. */
function comparedJson({ runsNeeded, ...compared }: Compared): Json {
  const needed = runsNeeded === undefined ? {} : { runs_needed: Number.isFinite(runsNeeded) ? runsNeeded : `more than ${MOST_RUNS}` };
  return { ...snake(compared), ...needed };
}

function oneSidedJson({ item, medians }: OneSided): Json {
  return { ...itemJson(item), medians };
}

function itemJson(item: ComparedItem): Json {
  return { ...item };
}
