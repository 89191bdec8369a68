/** Everything that goes wrong becomes an answer here: v1's form under /api/v1, `{code, message}` elsewhere. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SpanmeterError, type ErrorCode } from '../model/errors.js';
import { Refusal } from './refusal.js';

export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly errors?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Trouble of ours: it is logged, and the client is told no more than that. */
  readonly ours?: true;
}

/** The words of v2's `code`. */
const CODES: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'timeout',
  409: 'conflict',
  413: 'too_large',
  414: 'too_large',
  415: 'unsupported_media_type',
  422: 'invalid',
  429: 'too_many_requests',
  431: 'too_large',
  500: 'internal',
  503: 'unavailable',
};

const RETRY = { 'retry-after': '1' };
const OF_STORE: Readonly<Partial<Record<ErrorCode, Answer>>> = {
  SPANMETER_STORE_LOCKED: { status: 503, message: 'The store is busy. Try again in a moment.', headers: RETRY, ours: true },
  SPANMETER_STORE_UNREACHABLE: {
    status: 503,
    message: 'The database of the server cannot be reached. Try again in a moment.',
    headers: RETRY,
    ours: true,
  },
  SPANMETER_STORE_WRITE: {
    status: 503,
    message: 'The store cannot be written or reached; nothing was stored. The log of the server says why.',
    ours: true,
  },
};
const INTERNAL: Answer = { status: 500, message: 'The server has trouble of its own. Its log says why.', ours: true };

/** What a client hears of anything that was thrown. */
export function answerTo(thrown: unknown): Answer {
  if (thrown instanceof Refusal)
    return { status: thrown.statusCode, message: thrown.message, errors: thrown.errors, headers: thrown.headers };
  if (thrown instanceof SpanmeterError) return ofSpanmeter(thrown);
  const { statusCode = 500, message, validation, validationContext = 'request' } = thrown as Partial<FastifyError>;
  if (validation !== undefined) return { status: 400, ...invalid(validation, validationContext) };
  if (statusCode >= 400 && statusCode < 500) return { status: statusCode, message: message ?? 'The request was refused.' };
  // While it shuts down, Fastify refuses what arrives on connections that are still open.
  if (statusCode === 503) return { status: 503, message: message ?? 'Unavailable.', headers: RETRY };
  return INTERNAL;
}

function ofSpanmeter({ code, message }: SpanmeterError): Answer {
  const known = OF_STORE[code];
  if (known !== undefined) return known;
  if (code === 'SPANMETER_NOT_FOUND') return { status: 404, message };
  return code === 'SPANMETER_USAGE' || code === 'SPANMETER_AMBIGUOUS' || code === 'SPANMETER_JOURNAL' ? { status: 400, message } : INTERNAL;
}

/** What TypeBox says of a field that the schema does not have. */
const UNKNOWN = 'schema is false';

function invalid(validation: NonNullable<FastifyError['validation']>, place: string): Pick<Answer, 'message' | 'errors'> {
  const errors: Record<string, string> = Object.create(null) as Record<string, string>;
  const choices = choicesOf(validation);
  for (const { instancePath, message = 'is wrong', params } of validation) {
    const missing = [params['requiredProperties'] ?? params['missingProperty'] ?? params['additionalProperties'] ?? []].flat() as string[];
    const at = instancePath.slice(1);
    const reason = choices.get(instancePath) ?? (message === UNKNOWN ? 'is not known here' : message);
    for (const name of missing.length > 0 ? missing : ['']) errors[[at, name].filter((part) => part !== '').join('/') || place] ??= reason;
  }
  return { message: 'Input payload validation failed', errors };
}

/** What may stand where one of several words is expected, by place. */
function choicesOf(validation: NonNullable<FastifyError['validation']>): ReadonlyMap<string, string> {
  const words = new Map<string, unknown[]>();
  for (const { instancePath, params } of validation) {
    if (!('allowedValue' in params)) continue;
    words.set(instancePath, [...(words.get(instancePath) ?? []), params['allowedValue']]);
  }
  return new Map([...words].map(([place, allowed]) => [place, `must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`]));
}

export function bodyOf(url: string, { status, message, errors }: Answer): object {
  if (isV1(url)) return { message, ...(errors !== undefined && { errors }) };
  const fields = Object.entries(errors ?? {}).map(([field, reason]) => `${field}: ${reason}`);
  return { code: CODES[status] ?? 'invalid', message: [message, ...(fields.length > 0 ? [fields.join('; ')] : [])].join(': ') };
}

function isV1(url: string): boolean {
  return /^\/api\/v1(?:[/?#]|$)/.test(url);
}

export function handleError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = answerTo(thrown);
  if (answer.ours) request.log.error({ err: thrown, method: request.method, route: request.routeOptions.url }, 'a request failed');
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .type('application/json; charset=utf-8')
    .send(bodyOf(request.url, answer));
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return handleError(new Refusal(404, `There is nothing at ${request.method} ${pathOf(request.url)}.`), request, reply);
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0]!;
  return path.length > 200 ? `${path.slice(0, 200)}...` : path;
}
