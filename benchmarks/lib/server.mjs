// A server for a benchmark, on a port of its own.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @returns the port of a server in a process of its own, what ends it, and what tells its memory in MiB */
export async function startServer(db) {
  const args = [
    path.join(import.meta.dirname, '../../dist/cli/bin.js'),
    'serve',
    '--db',
    db,
    '--port',
    '0',
    '--log',
    'error',
    '--max-rate',
    '1000000000',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  const port = await new Promise((resolve, reject) => {
    const look = (data) => {
      said += data;
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (found !== null) resolve(Number(found[1]));
    };
    child.stdout.on('data', look);
    child.stderr.on('data', () => look(''));
    child.on('exit', () => reject(new Error(said)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.on('exit', resolve);
      child.kill('SIGTERM');
    });
  const memory = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  return { port, stop, memory };
}
