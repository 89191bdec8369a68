/** `spanmeter serve` in a process of its own, and what can be sent to it byte by byte. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BIN, run, start, type Ended, type Running } from './script.js';
import { temporaryFolder } from './temporary.js';

export interface Serving extends Running {
  readonly url: string;
  readonly port: number;
  readonly db: string;
}

export const newHistory = (): string => join(temporaryFolder(), 'history.db');

export async function serve(db: string, ...flags: string[]): Promise<Serving> {
  const running = start(process.execPath, [BIN, 'serve', '--db', db, '--port', '0', '--log', 'warn', '--json', ...flags], {
    cwd: temporaryFolder(),
  });
  await running.said('}\n');
  const { url } = JSON.parse(running.output()) as { url: string };
  return { ...running, url, port: Number(new URL(url).port), db };
}

export function spanmeter(...args: string[]): Promise<Ended> {
  return run(process.execPath, [BIN, ...args], { cwd: temporaryFolder() });
}

export interface Wire {
  readonly socket: Socket;
  /** Resolves with all that came back when the other side closes; a reset is an end too. */
  readonly closed: Promise<string>;
  /** Resolves once this came back. */
  heard(pattern: RegExp): Promise<string>;
}

export function wire(port: number, text = ''): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let came = '';
    const closed = new Promise<string>((end) => socket.on('close', () => end(came)));
    socket.on('data', (data) => (came += data.toString('latin1')));
    const heard = (pattern: RegExp): Promise<string> =>
      new Promise((found, lost) => {
        const look = (): void => {
          if (pattern.test(came)) found(came);
        };
        socket.on('data', look);
        socket.on('close', () => lost(new Error(`It closed after ${JSON.stringify(came)}`)));
        look();
      });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.write(text);
      resolve({ socket, closed, heard });
    });
  });
}

export const CONTEXT = {
  h: 'c1',
  cpu_count: 2,
  cpu_frequency: 2000,
  cpu_type: 't',
  cpu_vendor: 'v',
  ram_total: 1,
  machine_node: 'n',
  machine_type: 'm',
  machine_arch: 'a',
  system_info: 's',
  python_info: 'p',
};

export function metric(item: string): object {
  return {
    session_h: 's1',
    context_h: 'c1',
    item_start_time: '2026-01-01T00:00:00',
    item_path: 'p',
    item,
    item_variant: item,
    item_fs_loc: 'f.py',
    kind: 'function',
    component: '',
    total_time: 1,
    user_time: 0.5,
    kernel_time: 0.1,
    cpu_usage: 0.6,
    mem_usage: 3,
  };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
}
