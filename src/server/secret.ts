/** Tokens as they travel: made here, shown once, and known by their hash only. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { NewToken, Scope } from '../store/tokens.js';

const BYTES = 32;
const MARK = 'spanmeter_';

export interface MadeToken {
  /** To be shown once. */
  readonly secret: string;
  readonly token: NewToken;
}

export function makeToken(name: string, scope: Scope, now: number): MadeToken {
  const secret = MARK + randomBytes(BYTES).toString('base64url');
  return { secret, token: { id: randomBytes(4).toString('hex'), name, scope, hash: hashOf(secret).toString('hex'), createdAt: now } };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Looks at all of them, so that the time it takes says nothing. */
export function findToken<T extends Pick<NewToken, 'hash'>>(secret: string, tokens: readonly T[]): T | undefined {
  const hash = hashOf(secret);
  let found: T | undefined;
  for (const token of tokens) if (timingSafeEqual(hash, Buffer.from(token.hash, 'hex'))) found = token;
  return found;
}

/** What an Authorization header carries: a Bearer token, or the password of HTTP Basic. */
export function secretOf(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
  return password;
}
