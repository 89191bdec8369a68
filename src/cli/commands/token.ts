import { Argument } from 'commander';
import { SpanmeterError } from '../../model/errors.js';
import { toJson } from '../../report/json.js';
import { renderTokens, tokensJson } from '../../report/tokens.js';
import type { ServedStore } from '../../store/served.js';
import type { Scope, StoredToken } from '../../store/tokens.js';
import type { CliCommand, Flags } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { terminalOf, type Io } from '../io.js';
import { withServed } from '../served.js';

export const token: CliCommand = {
  name: 'token',
  summary: 'make, list and revoke the tokens of a server',
  description:
    'Makes, lists and revokes the tokens by which a server knows who asks. A new token is shown once: the history keeps only its hash. Once a history has a token, its server answers nobody without one.',
  examples: [
    { line: 'spanmeter token create ci --write', does: 'for machines that send what they measured' },
    { line: 'spanmeter token list', does: 'names, scopes, and when they were used' },
    { line: 'spanmeter token revoke ci', does: 'by name or id; within a second, nobody gets in by it' },
  ],
  configure: (command) =>
    command
      .addArgument(new Argument('<action>', 'What to do').choices(['create', 'list', 'revoke']))
      .argument('[name]', 'Of the token; for revoke also its id')
      .option('--write', 'The new token may also send, and not only ask'),
  run: (io, [action, name = ''], flags) =>
    withServed(io, flags, { create: action === 'create' }, async (store) => {
      if (action === 'list') return list(io, flags, store);
      if (name === '') throw new SpanmeterError('SPANMETER_USAGE', `Which token? Name it: spanmeter token ${action} <name>.`);
      return action === 'create'
        ? create(io, flags, store, name, flags['write'] === true ? 'write' : 'read')
        : revoke(io, flags, store, name);
    }),
};

async function list(io: Io, flags: Flags, store: ServedStore): Promise<number> {
  const found = await store.tokens.list();
  io.stdout.write(flags['json'] === true ? toJson(tokensJson(found)) : renderTokens(found, terminalOf(io, 'stdout')));
  return EXIT.done;
}

async function create(io: Io, flags: Flags, store: ServedStore, name: string, scope: Scope): Promise<number> {
  if (named(await store.tokens.list(), name) !== undefined)
    throw new SpanmeterError('SPANMETER_USAGE', `There is a token '${name}' already. Revoke it first, or choose another name.`);
  const { makeToken } = await import('../../server/secret.js');
  const { secret, token: made } = makeToken(name, scope, Date.now() * 1000);
  await store.tokens.add(made);
  if (flags['json'] === true) io.stdout.write(toJson({ id: made.id, name, scope, token: secret }));
  else if (flags['quiet'] === true) io.stdout.write(`${secret}\n`);
  else
    io.stdout.write(
      `${secret}\n\nThis is shown once. Keep it as SPANMETER_TOKEN where it is needed; 'spanmeter token revoke ${made.id}' ends it.\n`,
    );
  return EXIT.done;
}

async function revoke(io: Io, flags: Flags, store: ServedStore, name: string): Promise<number> {
  const found = named(await store.tokens.list(), name);
  if (found === undefined)
    throw new SpanmeterError(
      'SPANMETER_NOT_FOUND',
      `There is no token '${name}' that could be revoked. 'spanmeter token list' shows them.`,
    );
  await store.tokens.revoke(found.id, Date.now() * 1000);
  if (flags['json'] === true) io.stdout.write(toJson({ revoked: found.id }));
  else if (flags['quiet'] !== true) io.stdout.write(`Revoked ${found.name} (${found.id}).\n`);
  return EXIT.done;
}

/** Of those that still work. */
function named(tokens: readonly StoredToken[], name: string): StoredToken | undefined {
  const valid = tokens.filter(({ revokedAt }) => revokedAt === undefined);
  return valid.find(({ id }) => id === name) ?? valid.find((each) => each.name === name);
}
