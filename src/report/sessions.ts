/** The list of sessions. */
import type { SessionSummary } from '../client/rows.js';
import { formatTime } from '../model/units.js';
import { renderTable, type Cell, type Column } from './table.js';
import { painter, type Terminal } from './terminal.js';
import { localTime } from '../model/instant.js';
import { shortId, tagTexts } from './words.js';

const COLUMNS: readonly Column[] = [
  { heading: 'session' },
  { heading: 'started', lastlyExpendable: 1 },
  { heading: 'took', align: 'right', expendable: 1 },
  { heading: 'tests', align: 'right', lastlyExpendable: 2 },
  { heading: 'failed', align: 'right' },
  { heading: 'exit', align: 'right', lastlyExpendable: 3 },
  { heading: 'revision', expendable: 2 },
  { heading: 'command', shrinks: true },
  { heading: 'tags', shrinks: true, expendable: 3 },
];
const TO_THE_MINUTE = -3;
/** Columns that are there only where a session has something for them. */
const SELDOM: Readonly<Record<string, (session: SessionSummary) => boolean>> = {
  exit: ({ exitCode = 0 }) => exitCode !== 0,
  tags: ({ tags }) => Object.keys(tags).length > 0,
};

/**
 * @param all how many there are, of which these are the newest
 * @returns text that ends in a newline
 */
export function renderSessions(sessions: readonly SessionSummary[], terminal: Terminal, all: number): string {
  const shown = COLUMNS.map(({ heading }) => SELDOM[heading] === undefined || sessions.some(SELDOM[heading]));
  const rows = sessions.map((session) =>
    [
      { text: shortId(session.id), paint: 'cyan' } as const,
      localTime(session.startedAt).slice(0, TO_THE_MINUTE),
      taken(session),
      session.tests === 0 ? '-' : String(session.tests),
      failures(session),
      exitOf(session),
      revisionOf(session),
      session.command,
      { text: tagTexts(session.tags).join(' '), paint: 'dim' } as const,
    ].filter((_, index) => shown[index]),
  );
  const columns = COLUMNS.filter((_, index) => shown[index]);
  const lines = renderTable(columns, rows, terminal);
  if (all > sessions.length) lines.push('', painter(terminal).dim(`the newest ${sessions.length} of ${all}; --limit shows more`));
  return `${lines.join('\n')}\n`;
}

function taken({ startedAt, finishedAt, foreign }: SessionSummary): Cell | string {
  if (finishedAt !== undefined) return formatTime((finishedAt - startedAt) * 1000);
  // pytest-monitor does not say when its sessions ended.
  return foreign ? '-' : { text: 'unfinished', paint: 'yellow' };
}

/** Interrupted tests did not pass either. */
function failures({ tests, failed, interrupted }: SessionSummary): Cell | string {
  if (tests === 0 || Number.isNaN(failed)) return '-';
  return failed + interrupted === 0
    ? '0'
    : { text: interrupted === 0 ? String(failed) : `${failed} + ${interrupted} cut off`, paint: 'red' };
}

/** A run can fail without a failed test: in a hook, or before its first test. */
function exitOf({ exitCode }: SessionSummary): Cell | string {
  if (exitCode === undefined) return '-';
  return exitCode === 0 ? '0' : { text: String(exitCode), paint: 'red' };
}

function revisionOf({ scm }: SessionSummary): string {
  return scm.revision === undefined ? '' : `${shortId(scm.revision)}${scm.dirty === true ? '+' : ''}`;
}
