import { noSessions } from '../../client/find-session.js';
import { SpanmeterError } from '../../model/errors.js';
import type { SessionQuery, Store } from '../../store/contract.js';
import { groupQuery, groupTotals } from '../../client/group.js';
import { tagQuery } from '../../client/tag-query.js';
import { sessionsJson, toJson, totalsJson } from '../../report/json.js';
import { renderGroup } from '../../report/group.js';
import { renderSessions } from '../../report/sessions.js';
import type { CliCommand, Flags } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { positiveInteger } from '../flags.js';
import { withHistory } from '../history.js';
import { terminalOf } from '../io.js';

const USUAL_LIMIT = 20;

export const sessions: CliCommand = {
  name: 'sessions',
  summary: 'list the recorded sessions',
  description: 'Lists the recorded sessions, newest first. With --quiet only their ids.',
  examples: [
    { line: 'spanmeter sessions', does: 'the newest 20' },
    { line: 'spanmeter sessions --tag ci --limit 5', does: 'the newest 5 that have the tag' },
    { line: 'spanmeter sessions --json', does: 'for programs' },
  ],
  configure: (command) =>
    command
      .option('--limit <number>', 'How many', positiveInteger, USUAL_LIMIT)
      .option('--tag <name=value>', 'Only those with this tag; without a value, with any')
      .option('--group <name>', 'Only those of this group: the parallel jobs of one CI run, and what their tests cost together')
      .option('--revision <prefix>', 'Only those of this source revision'),
  run: (io, _, flags) =>
    withHistory(io, flags, async (store) => {
      const query = await queryOf(store, flags);
      const found = await store.sessions(query);
      const totals = flags['group'] === undefined || found.length === 0 ? undefined : await groupTotals(store, query);
      if (flags['json'] === true) io.stdout.write(toJson({ ...sessionsJson(found), ...(totals && { totals: totalsJson(totals) }) }));
      else if (found.length === 0) throw await nothingFound(store, flags);
      else
        io.stdout.write(
          flags['quiet'] === true
            ? found.map(({ id }) => `${id}\n`).join('')
            : renderSessions(found, terminalOf(io, 'stdout'), await store.countSessions(query)) + (totals ? renderGroup(totals) : ''),
        );
      return EXIT.done;
    }),
};

async function queryOf(store: Store, flags: Flags): Promise<SessionQuery> {
  const { limit, tag = '', revision, group } = flags as { limit: number; tag?: string; revision?: string; group?: string };
  if (group !== undefined && tag !== '') throw new SpanmeterError('SPANMETER_USAGE', '--group and --tag exclude each other; keep one.');
  const tagged = group === undefined ? await taggedWith(store, tag) : groupQuery(group);
  return { limit, ...tagged, ...(revision !== undefined && { revision }) };
}

async function taggedWith(store: Store, tag: string): Promise<SessionQuery> {
  const [name = '', ...value] = tag.split('=');
  if (name === '') return {};
  return value.length > 0 ? tagQuery(store, name, value.join('=')) : { tag: { name } };
}

async function nothingFound(store: Store, flags: Flags): Promise<SpanmeterError> {
  const { tag, revision, group } = flags as { tag?: string; revision?: string; group?: string };
  if ((await store.sessions({ limit: 1 })).length === 0) return noSessions(store.location);
  const asked = [
    group === undefined ? '' : `the group '${group}'`,
    tag === undefined ? '' : `the tag '${tag}'`,
    revision === undefined ? '' : `the revision '${revision}'`,
  ];
  const what = asked.filter((text) => text !== '').join(' and ');
  return new SpanmeterError('SPANMETER_NOT_FOUND', `No session in ${store.location} has ${what}. 'spanmeter sessions' lists them all.`);
}
