/** Servers that speak /api/v1 only: ours behind a proxy that hides the rest, and the recorded answers of monitor-server-api. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { GETS, METRICS, type Recorded } from '../contracts/v1.contract.js';

export interface Listening {
  /** Without a path. */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  end(): void;
}

export async function listen(answer: RequestListener): Promise<Listening> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const end = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, end };
}

/** The same for the time of a test. */
export async function answering(answer: RequestListener): Promise<Listening> {
  const listening = await listen(answer);
  onTestFinished(listening.end);
  return listening;
}

/** @param url of a server of ours */
export function hidingV2(url: string): RequestListener {
  return (request, response) => {
    if (request.url!.startsWith('/api/v2')) {
      // As Flask does.
      response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>404 Not Found</title>');
      return;
    }
    void fetch(url + request.url!).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(await answer.text());
    });
  };
}

/** Where a path was recorded in another spelling only. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['/api/v1/metrics/', '/api/v1/metrics/?page=1'],
  ['/api/v1/metrics/?page=2', '/api/v1/metrics/?page=%2B2'],
  ['/api/v1/contexts/', '/api/v1/contexts/?page=1'],
]);

export const recordedAnswers: RequestListener = (request, response) => {
  const path = ALIASES.get(request.url!) ?? request.url!;
  const plain = (one: Recorded): boolean => one.path === path && one.method === 'GET' && !one.request_headers && !one.request_body;
  const recorded = GETS.find((one) => plain(one) && one.request_raw_body === undefined);
  if (recorded === undefined) {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>404 Not Found</title>');
    return;
  }
  const { body, metrics_are_seed_numbers: areNumbers, status } = recorded;
  const whole = areNumbers === true ? { ...body, metrics: (body!['metrics'] as number[]).map((number) => METRICS[number - 1]) } : body;
  response.writeHead(status, { 'content-type': 'application/json' }).end(whole === null ? '' : JSON.stringify(whole));
};
