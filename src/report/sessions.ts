/** The list of sessions. */
import type { SessionSummary } from '../client/rows.js';
import { formatTime } from '../model/units.js';
import { renderTable, type Cell, type Column } from './table.js';
import { painter, type Terminal } from './terminal.js';
import { localTime, shortId, tagTexts } from './words.js';

const COLUMNS: readonly Column[] = [
  { heading: 'session' },
  { heading: 'started' },
  { heading: 'took', align: 'right', expendable: 1 },
  { heading: 'tests', align: 'right' },
  { heading: 'failed', align: 'right' },
  { heading: 'revision', expendable: 2 },
  { heading: 'command', shrinks: true },
  { heading: 'tags', shrinks: true, expendable: 3 },
];
const TO_THE_MINUTE = -3;
const NO_TAGS = COLUMNS.length - 1;

/**
 * @param all how many there are, of which these are the newest
 * @returns text that ends in a newline
 */
export function renderSessions(sessions: readonly SessionSummary[], terminal: Terminal, all: number): string {
  const rows = sessions.map((session): (Cell | string)[] => [
    { text: shortId(session.id), paint: 'cyan' },
    localTime(session.startedAt).slice(0, TO_THE_MINUTE),
    taken(session),
    session.tests === 0 ? '-' : String(session.tests),
    failures(session),
    revisionOf(session),
    session.command,
    { text: tagTexts(session.tags).join(' '), paint: 'dim' },
  ]);
  const columns = sessions.some(({ tags }) => Object.keys(tags).length > 0) ? COLUMNS : COLUMNS.slice(0, NO_TAGS);
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

function revisionOf({ scm }: SessionSummary): string {
  return scm.revision === undefined ? '' : `${shortId(scm.revision)}${scm.dirty === true ? '+' : ''}`;
}
