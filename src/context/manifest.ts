import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Names = Readonly<Record<string, unknown>> | null;

/** What is read of a package.json. It is a stranger's file: any field may be anything. */
export interface Manifest {
  readonly version?: unknown;
  readonly workspaces?: unknown;
  readonly dependencies?: Names;
  readonly devDependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
}

/** @returns undefined when there is none, or none that can be read */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const value: unknown = JSON.parse((await readFile(join(folder, 'package.json'), 'utf8')).replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** npm, Yarn and Bun list a workspace's packages in package.json, pnpm in a file of its own. */
export async function isWorkspaceRoot(folder: string): Promise<boolean> {
  if ((await readManifest(folder))?.workspaces !== undefined) return true;
  return access(join(folder, 'pnpm-workspace.yaml')).then(
    () => true,
    () => false,
  );
}
