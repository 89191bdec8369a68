import type { Session } from '../../client/entities.js';
import { packageVersions } from '../../model/package-versions.js';

const MOST = 8;

/** `vite 7.0.1 -> 7.1.0`, one a line. Nothing where one of the two does not know its packages. */
export function packageChanges(before: Session | undefined, session: Session): string[] {
  if (before === undefined || before.packages.length === 0 || session.packages.length === 0) return [];
  const [old, now] = [packageVersions(before.packages), packageVersions(session.packages)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort().filter((name) => old.get(name) !== now.get(name));
  const lines = names.slice(0, MOST).map((name) => `${name} ${old.get(name) ?? 'new'} -> ${now.get(name) ?? 'gone'}`);
  return names.length > MOST ? [...lines, `and ${names.length - MOST} more packages`] : lines;
}
