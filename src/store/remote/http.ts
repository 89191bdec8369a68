/** One request to a server, and what its answer means. No redirect is followed: the token is meant for the address that was named. */
import { SpanmeterError, messageOf } from '../../model/errors.js';
import { withoutCredentials } from '../../model/url.js';

/** Taken at load: a test may replace them. */
const { fetch: send, AbortSignal: Signals, AbortController, setTimeout, clearTimeout, DOMException } = globalThis;
const { parse } = JSON;

export interface Server {
  /** Ends without a slash; without credentials. */
  readonly url: string;
  readonly token?: string;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash. */
  readonly path: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer must be there as a whole. */
  readonly timeout: number;
}

/** No such host, or nothing that listens there. */
const AWAY: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND'];

/** The server could not be had, or did not do what was asked. */
export class RemoteError extends SpanmeterError {
  /** The same request may go well later: the network, or a server that is busy or away. */
  readonly isPassing: boolean;
  /** Nobody answers there at all. */
  readonly isAway: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly wait: number | undefined;
  readonly status: number | undefined;

  constructor(
    message: string,
    given: { passing?: boolean; away?: boolean; wait?: number | undefined; status?: number; cause?: unknown } = {},
  ) {
    const { passing = false, away = false, wait, status, cause } = given;
    super(status === 404 ? 'SPANMETER_NOT_FOUND' : 'SPANMETER_REMOTE', message, { cause });
    this.isPassing = passing;
    this.isAway = away;
    this.wait = wait;
    this.status = status;
  }
}

/** @param given with or without credentials @param token goes before one inside the URL */
export function serverOf(given: string, token: string | undefined): Server {
  if (!URL.canParse(given)) throw new SpanmeterError('SPANMETER_USAGE', `${given} is no URL of a server. Write it as http://host:8181.`);
  const url = new URL(given);
  const own = token ?? (decodeURIComponent(url.password) || decodeURIComponent(url.username) || undefined);
  return { url: withoutCredentials(given), ...(own !== undefined && { token: own }) };
}

/**
 * @returns the answer's JSON object
 * @throws RemoteError
 */
export async function ask(server: Server, request: Request): Promise<object> {
  const answer = await askForAny(server, request);
  if (answer === undefined) throw notOurs(server);
  return answer;
}

/** The same, where the answer may be that there is nothing: undefined. */
export async function askForAny(server: Server, request: Request): Promise<object | undefined> {
  // It takes whole milliseconds only.
  const response = await responseOf(server, request, Signals.timeout(Math.max(1, Math.ceil(request.timeout))));
  const text = await read(server, () => response.text());
  if (response.status === 204) return undefined;
  const answer = objectIn(text);
  if (response.status !== 200) throw refused(server, response, answer);
  if (answer === undefined) throw notOurs(server);
  return answer;
}

/**
 * The answer piece by piece; the timeout is that of each piece.
 * @param type of media that is expected
 * @throws RemoteError
 */
export async function* askForStream(server: Server, request: Request, type: string): AsyncGenerator<Uint8Array> {
  const aborting = new AbortController();
  /** Only while it is waited for: whoever reads slowly does not keep the server from answering. */
  const wait = async <T>(work: () => Promise<T>): Promise<T> => {
    const timer = setTimeout(() => aborting.abort(new DOMException('', 'TimeoutError')), request.timeout);
    return work().finally(() => clearTimeout(timer));
  };
  try {
    const headers = { ...request.headers, accept: type };
    const response = await wait(() => responseOf(server, { ...request, headers }, aborting.signal));
    if (response.status !== 200) throw refused(server, response, objectIn(await wait(() => read(server, () => response.text()))));
    if (response.headers.get('content-type')?.startsWith(type) !== true || response.body === null) throw notOurs(server);
    const pieces = (response.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    for (;;) {
      const next = await wait(() => read(server, () => pieces.next()));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Of an answer that nobody reads to its end the connection is closed.
    aborting.abort();
  }
}

async function responseOf(server: Server, { method, path, body, headers }: Request, signal: AbortSignal): Promise<Response> {
  const { url, token } = server;
  return read(server, () =>
    send(url + path, {
      method,
      headers: { accept: 'application/json', ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal,
    }),
  );
}

async function read<T>({ url }: Server, from: () => Promise<T>): Promise<T> {
  try {
    return await from();
  } catch (thrown) {
    const away = AWAY.includes(codeOf(thrown));
    throw new RemoteError(`The server ${url} cannot be reached: ${reasonOf(thrown)}.`, { passing: true, away, cause: thrown });
  }
}

export function notOurs({ url }: Server): RemoteError {
  return new RemoteError(`${url} answers, but not as a spanmeter server does. Is the URL right?`);
}

function refused({ url, token }: Server, { status, headers }: Response, answer: object | undefined): RemoteError {
  return new RemoteError(refusal(url, status, answer, token !== undefined), {
    passing: [408, 429, 502, 503, 504].includes(status),
    wait: waitOf(headers.get('retry-after')),
    status,
  });
}

function refusal(url: string, status: number, answer: object | undefined, hadToken: boolean): string {
  if (status >= 300 && status < 400) return `${url} answers with a redirect (${status}), which is not followed. Name the final URL.`;
  if (status === 401 && !hadToken) return `The server ${url} asks for a token (401), and none was sent. SPANMETER_TOKEN sets it.`;
  if (status === 401 || status === 403)
    return `The server ${url} refuses the token (${status}). Is SPANMETER_TOKEN right, and does its scope allow this?`;
  const said = answer !== undefined && 'message' in answer && typeof answer.message === 'string' ? `: ${answer.message.slice(0, 300)}` : '';
  return `The server ${url} answers ${status}${said}`;
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return 'it did not answer in time';
  if (codeOf(thrown) === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'it does not speak TLS (is it http://?)';
  return messageOf(causeOf(thrown)) || codeOf(thrown) || 'no reason was given';
}

function codeOf(thrown: unknown): string {
  const code = (causeOf(thrown) as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** fetch says "fetch failed", and in its cause why. */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
}

/** Seconds; a date is not what our servers send. */
function waitOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
