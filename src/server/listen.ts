/** Starts a server and ends it again: signals, the port, and what was accepted before the end. */
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { SpanmeterError, messageOf } from '../model/errors.js';

export interface Listening {
  /** With the port that was chosen where 0 was asked for. */
  readonly url: string;
  /** Resolves when the server has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /** Stops accepting, finishes what was accepted, then calls `closed`. */
  end(): Promise<void>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What supervisors and people send to end a server. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * @param closed called once, when nothing is worked on any more
 * @throws SpanmeterError SPANMETER_SERVER when it cannot listen there
 */
export async function listen(app: FastifyInstance, { host, port }: Address, closed: () => Promise<void>): Promise<Listening> {
  try {
    await app.listen({ host, port });
  } catch (thrown) {
    await app.close();
    throw explained(thrown, host, port);
  }
  let ending: Promise<void> | undefined;
  let finish!: () => void;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const end = (): Promise<void> => (ending ??= finishAll(app).then(closed).finally(finish));
  return { url: urlOf(app, host), ended, end };
}

/** The first signal ends the server in peace; a second one ends the process at once. @returns how to stop listening to them */
export function endOnSignals({ end }: Listening, told: (signal: NodeJS.Signals) => void): () => void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // By the signal itself, so that whoever waits sees what ended us.
    if (asked) {
      stop();
      process.kill(process.pid, signal);
      return;
    }
    asked = true;
    told(signal);
    void end();
  };
  const stop = (): void => SIGNALS.forEach((signal) => process.off(signal, onSignal));
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return stop;
}

async function finishAll(app: FastifyInstance): Promise<void> {
  // Connections that were busy when it began are idle once they have their answer.
  const idle = setInterval(() => app.server.closeIdleConnections(), 100);
  const cut = setTimeout(() => app.server.closeAllConnections(), app.limits.grace * 1000);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
    clearInterval(idle);
  }
}

function urlOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  const scheme = app.initialConfig.https === undefined || app.initialConfig.https === false ? 'http' : 'https';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function explained(thrown: unknown, host: string, port: number): SpanmeterError {
  const { code } = thrown as NodeJS.ErrnoException;
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `${host}:${port} is in use by another program. End it, or name another port with --port.`,
    EACCES: `This user may not listen on ${host}:${port}. Name a port above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}. Name one that it has with --host.`,
    ENOTFOUND: `The host name ${host} is not known. Name an address of this machine with --host.`,
  };
  return new SpanmeterError(
    'SPANMETER_SERVER',
    remedies[code ?? ''] ?? `The server could not listen on ${host}:${port}: ${messageOf(thrown)}`,
    {
      cause: thrown,
    },
  );
}
