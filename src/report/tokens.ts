/** The list of a server's tokens: who may ask, never the token itself. */
import type { StoredToken } from '../store/tokens.js';
import { instant } from '../model/instant.js';
import { renderTable, type Column } from './table.js';
import type { Terminal } from './terminal.js';
import { localTime } from '../model/instant.js';

const COLUMNS: readonly Column[] = [
  { heading: 'id' },
  { heading: 'name', shrinks: true },
  { heading: 'scope', lastlyExpendable: 1 },
  { heading: 'created', expendable: 2 },
  { heading: 'last used', expendable: 1 },
  { heading: 'revoked' },
];

/** @returns text that ends in a newline */
export function renderTokens(tokens: readonly StoredToken[], terminal: Terminal): string {
  if (tokens.length === 0)
    return "There is no token: a server lets everybody in, and listens on this machine only. 'spanmeter token create <name>' makes one.\n";
  const when = (at: number | undefined): string => (at === undefined ? '-' : localTime(at));
  const rows = tokens.map(({ id, name, scope, createdAt, lastUsedAt, revokedAt }) => [
    { text: id, paint: 'cyan' as const },
    name,
    scope,
    when(createdAt),
    when(lastUsedAt),
    when(revokedAt),
  ]);
  return `${renderTable(COLUMNS, rows, terminal).join('\n')}\n`;
}

export function tokensJson(tokens: readonly StoredToken[]): Readonly<Record<string, unknown>> {
  return {
    tokens: tokens.map(({ id, name, scope, createdAt, lastUsedAt, revokedAt }) => ({
      id,
      name,
      scope,
      created_at: instant(createdAt),
      ...(lastUsedAt !== undefined && { last_used_at: instant(lastUsedAt) }),
      ...(revokedAt !== undefined && { revoked_at: instant(revokedAt) }),
    })),
  };
}
