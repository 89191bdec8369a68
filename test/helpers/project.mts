/** A project of a user, in a temporary folder, with real copies of the built package in it. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const REPOSITORY = resolve(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;

/** The driver of Node 20 comes with the packed package only. */
const NEEDED = [...Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] }), 'better-sqlite3-node20'];

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Project {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanmeter-project-')));

  constructor() {
    this.write('package.json', '{ "name": "user", "private": true }\n');
    this.installCopy('.');
  }

  /** A copy and not a link: test runners treat a package outside node_modules as the user's own source. */
  installCopy(under: string): void {
    const modules = join(this.folder, under, 'node_modules');
    for (const part of ['package.json', 'dist', 'build/Release/spanmeter.node']) {
      cpSync(join(REPOSITORY, part), join(modules, 'spanmeter', part), { recursive: true });
    }
    for (const name of NEEDED) this.link(name, join(REPOSITORY, 'node_modules', name), under);
  }

  /** Makes an installed package known to this project, where there is one. */
  link(name: string, target: string, under = '.'): void {
    const path = join(this.folder, under, 'node_modules', name);
    if (!existsSync(target)) return;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }

  /** As pnpm lays packages: ours is a link into a store, and what it needs lies beside it there and nowhere else. */
  layAsPnpm(): void {
    const modules = join(this.folder, 'node_modules');
    const store = join(modules, '.pnpm/spanmeter@0/node_modules');
    mkdirSync(store, { recursive: true });
    for (const name of ['spanmeter', ...NEEDED]) {
      if (!existsSync(join(modules, name))) continue;
      // Some have a scope.
      mkdirSync(dirname(join(store, name)), { recursive: true });
      renameSync(join(modules, name), join(store, name));
    }
    symlinkSync(join(store, 'spanmeter'), join(modules, 'spanmeter'));
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** An example of ours, as it is. */
  copyExample(name: string): void {
    cpSync(join(REPOSITORY, 'examples', name), this.folder, { recursive: true });
  }

  /** Runs Node here, with nothing of spanmeter's or of an outer test runner's in its environment. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Finished {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(SPANMETER|VITEST|JEST|NODE_OPTIONS|NODE_ENV|npm_)/.test(name));
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.folder,
      env: { ...Object.fromEntries(inherited), ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, stdout, stderr };
  }

  /** Runs a script that prints one JSON value. */
  script(name: string, text: string): unknown {
    this.write(name, text);
    const { status, stdout, stderr } = this.node([name]);
    if (status !== 0) throw new Error(`${name} ended with ${status}\n${stdout}${stderr}`);
    return JSON.parse(stdout);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
