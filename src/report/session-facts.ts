/** What is told of a session besides its items. */
import type { SessionSummary, StoredReading, StoredSession } from '../client/rows.js';
import { formatTime } from '../model/units.js';
import type { Fact } from './facts.js';
import { wholeFacts } from './whole.js';
import { localTime } from '../model/instant.js';
import { contextText, countOf, shortId, tagTexts } from './words.js';

export function sessionFacts(session: StoredSession, whole: StoredReading | undefined): Fact[] {
  const { scm, lockfileHash, packages } = session;
  const lockfile = lockfileHash === undefined ? '' : `, lockfile ${shortId(lockfileHash)}`;
  return [
    { label: 'session', text: session.id },
    { label: 'started', text: [localTime(session.startedAt), ...ending(session)].join(', ') },
    { label: 'command', text: session.command },
    ...(whole === undefined ? [] : wholeFacts(whole, 'cost', NaN)),
    { label: 'description', text: session.description },
    {
      label: 'revision',
      text: [scm.revision, scm.branch && `on ${scm.branch}`, scm.dirty === true && 'with uncommitted changes'].filter(Boolean).join(' '),
    },
    { label: 'tags', text: tagTexts(session.tags).join(' ') },
    { label: 'ran on', text: contextText(session.context) },
    { label: 'packages', text: packages.length === 0 ? '' : `${countOf(packages.length, 'direct dependency')}${lockfile}` },
    { label: 'root', text: session.root },
  ];
}

/** pytest-monitor does not say when its sessions ended, and how. */
export function ending({ startedAt, finishedAt, exitCode, foreign }: SessionSummary | StoredSession): string[] {
  if (finishedAt === undefined) return foreign ? [] : ['not finished: running, or killed'];
  const took = `took ${formatTime((finishedAt - startedAt) * 1000)}`;
  return exitCode === undefined ? [took] : [took, `exit code ${exitCode}`];
}
