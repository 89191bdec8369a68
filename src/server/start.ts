/** Starts a server before a store: who may reach it, its certificate, its end. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SpanmeterError, messageOf } from '../model/errors.js';
import type { ServedStore } from '../store/served.js';
import { createApp, type AppOptions } from './app.js';
import { endOnSignals, listen, type Address, type Listening } from './listen.js';

export interface StartOptions extends Address, Pick<AppOptions, 'limits' | 'log' | 'version'> {
  readonly pageSize: number;
  /** Lets other machines in although the store has no token. */
  readonly withoutTokens?: boolean;
  /** Files, in PEM. */
  readonly cert?: string;
  readonly key?: string;
}

export interface Started extends Pick<Listening, 'url' | 'ended' | 'end'> {
  /** Whether requests need a token. */
  readonly tokens: boolean;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** The store is closed with the server, also where it can't start. @throws SpanmeterError SPANMETER_SERVER, SPANMETER_STORE_* */
export async function startServer(store: ServedStore, options: StartOptions): Promise<Started> {
  try {
    const { host, pageSize, withoutTokens = false, limits = {}, log, version = '0' } = options;
    const tokens = (await store.tokens.list()).length > 0;
    const local = LOOPBACK.test(host);
    if (!tokens && !local && !withoutTokens) throw refused(host);
    const tls = readTls(options);
    await store.prepareToServe();
    const app = await createApp(
      { store, pageSize },
      { limits, version, local: local && !tokens, ...(log !== undefined && { log }), ...(tls !== undefined && { tls }) },
    );
    const listening = await listen(app, options, () => store.close());
    const release = endOnSignals(listening, (signal) =>
      app.log.info(`${signal}: finishing what was accepted; a second signal ends at once`),
    );
    void listening.ended.finally(release).catch(() => undefined);
    return { ...listening, tokens };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

function refused(host: string): SpanmeterError {
  return new SpanmeterError(
    'SPANMETER_SERVER',
    `Whoever reaches ${host} could read and write this history, since it has no tokens. Make one with "spanmeter token create <name> --write", or let everybody in with --without-tokens.`,
  );
}

function readTls({ cert, key }: StartOptions): AppOptions['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new SpanmeterError('SPANMETER_SERVER', `TLS needs two files: ${cert === undefined ? '--cert' : '--key'} is missing.`);
  }
  const tls = { cert: readPem('--cert', cert), key: readPem('--key', key) };
  try {
    createSecureContext(tls);
  } catch (thrown) {
    throw new SpanmeterError(
      'SPANMETER_SERVER',
      `The certificate ${cert} and the key ${key} are no pair in PEM form: ${messageOf(thrown)}`,
      {
        cause: thrown,
      },
    );
  }
  return tls;
}

function readPem(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new SpanmeterError('SPANMETER_SERVER', `${flag}: ${file} could not be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}
