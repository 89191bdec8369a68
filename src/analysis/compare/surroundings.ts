/** Under what the runs of both sides took place, and in what that differs. */
import type { Context, Session, Tags } from '../../client/entities.js';
import { packageVersions } from '../../model/package-versions.js';
import { GROUP_TAG } from '../../model/records.js';
import { formatBytes } from '../../model/units.js';
import type { Difference } from './types.js';

type Facts = ReadonlyMap<string, string>;

/** What numbers depend on so much that they can't be compared. A machine's name says nothing: each CI job has another. */
export function otherMachines(a: readonly Session[], b: readonly Session[]): Difference[] {
  const of = (sessions: readonly Session[]): Facts[] =>
    sessions.flatMap(({ context }) => (context === undefined ? [] : [hardware(context)]));
  const [left, right] = [of(a), of(b)];
  const known = [...left, ...right];
  const names = namesIn(known).filter((name) => new Set(known.map((facts) => facts.get(name))).size > 1);
  return names.map((what) => ({ what, a: valuesOf(left, what), b: valuesOf(right, what) }));
}

/** Everything else that is not the same. */
export function differencesBetween(a: readonly Session[], b: readonly Session[]): Difference[] {
  return [surroundings, tagsOf, packagesOf].flatMap((factsOf) => {
    const [left, right] = [a.map(factsOf), b.map(factsOf)];
    return namesIn([...left, ...right])
      .map((what) => ({ what, a: valuesOf(left, what), b: valuesOf(right, what) }))
      .filter((difference) => difference.a.join('\n') !== difference.b.join('\n'));
  });
}

function hardware({ os, arch, cpuModel, cpuCount, cpuLimit, memoryTotal, memoryLimit }: Context): Facts {
  return facts({
    system: os,
    architecture: arch,
    processor: cpuModel,
    processors: cpuCount,
    'processor limit': cpuLimit,
    // Kernels keep a little for themselves, not always the same.
    memory: memoryTotal === undefined ? undefined : `${Math.round(memoryTotal / 2 ** 30)} GiB`,
    'memory limit': memoryLimit === undefined ? undefined : formatBytes(memoryLimit),
  });
}

function surroundings({ scm, context, command, lockfileHash }: Session): Facts {
  return facts({
    revision: scm.revision?.slice(0, 12),
    branch: scm.branch,
    'uncommitted changes': scm.dirty,
    command,
    runtime: context?.runtimeVersion === undefined ? undefined : `${context.runtime ?? ''} ${context.runtimeVersion}`.trim(),
    'system release': context?.osRelease,
    machine: context?.machine,
    lockfile: lockfileHash?.slice(0, 12),
  });
}

function tagsOf({ tags }: { readonly tags: Tags }): Facts {
  const own = Object.entries(tags).filter(([name]) => name !== GROUP_TAG);
  return facts(Object.fromEntries(own.map(([name, value]) => [`tag ${name}`, typeof value === 'string' ? value : JSON.stringify(value)])));
}

function packagesOf({ packages }: Session): Facts {
  return facts(Object.fromEntries([...packageVersions(packages)].map(([name, versions]) => [`package ${name}`, versions])));
}

function facts(values: Readonly<Record<string, string | number | boolean | undefined>>): Facts {
  return new Map(
    Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)] as const])),
  );
}

function namesIn(all: readonly Facts[]): string[] {
  return [...new Set(all.flatMap((each) => [...each.keys()]))];
}

/** Those that there are, sorted; where some of a side have none, that is one of its values: an empty text. */
function valuesOf(all: readonly Facts[], name: string): string[] {
  return [...new Set(all.map((each) => each.get(name) ?? ''))].sort();
}
