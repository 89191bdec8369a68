/** One request to a server, and what its answer means. No redirect is followed: the token is meant for the address that was named. */
import { SpanmeterError, messageOf } from '../../model/errors.js';
import { withoutCredentials } from '../../model/url.js';

/** Taken at load: a test may replace them. */
const { fetch: send, AbortSignal: Signals } = globalThis;
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
export async function ask({ url, token }: Server, { method, path, body, headers, timeout }: Request): Promise<object> {
  let status: number;
  let text: string;
  let wait: number | undefined;
  // It takes whole milliseconds only.
  const signal = Signals.timeout(Math.max(1, Math.ceil(timeout)));
  try {
    const response = await send(url + path, {
      method,
      headers: { accept: 'application/json', ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal,
    });
    status = response.status;
    wait = waitOf(response.headers.get('retry-after'));
    text = await response.text();
  } catch (thrown) {
    const away = AWAY.includes(codeOf(thrown));
    throw new RemoteError(`The server ${url} cannot be reached: ${reasonOf(thrown)}.`, { passing: true, away, cause: thrown });
  }
  const answer = objectIn(text);
  if (status === 200) {
    if (answer === undefined) throw new RemoteError(`${url} answers, but not as a spanmeter server does. Is the URL right?`);
    return answer;
  }
  throw new RemoteError(refusal(url, status, answer, token !== undefined), {
    passing: [408, 429, 502, 503, 504].includes(status),
    wait,
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
