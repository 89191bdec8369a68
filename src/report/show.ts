/** One session: its facts, its totals, its items. */
import type { KindTotals, StoredReading } from '../client/rows.js';
import { KINDS, type SessionRecord } from '../model/records.js';
import { formatBytes, formatTime } from '../model/units.js';
import { renderFacts, type Fact } from './facts.js';
import { renderItems } from './item-table.js';
import { itemTitle } from './items.js';
import { renderTable, type Column } from './table.js';
import { painter, type Terminal } from './terminal.js';
import { wholeFacts } from './whole.js';
import { contextText, countOf, localTime, shortId, tagTexts } from './words.js';

export interface ShownSession {
  readonly session: SessionRecord;
  readonly totals: readonly KindTotals[];
  readonly items: readonly StoredReading[];
  /** There are items that are not shown. */
  readonly more: boolean;
  readonly interrupted: readonly StoredReading[];
  /** The item of kind `session`, if there is one. */
  readonly whole?: StoredReading;
}

const TOTALS: readonly Column[] = [
  { heading: 'kind' },
  { heading: 'count', align: 'right' },
  { heading: 'passed', align: 'right', expendable: 1 },
  { heading: 'failed', align: 'right' },
  { heading: 'skipped', align: 'right', expendable: 2 },
  { heading: 'interrupted', align: 'right' },
  { heading: 'wall', align: 'right' },
  { heading: 'cpu', align: 'right' },
  { heading: 'highest rss', align: 'right', expendable: 3 },
];

/** @returns text that ends in a newline */
export function renderShow(shown: ShownSession, terminal: Terminal, options: { readonly quiet: boolean }): string {
  const { items, more, interrupted } = shown;
  // The command as a whole stands above: its processes are not one item among others.
  const kinds = shown.totals.filter(({ kind }) => kind !== 'session').sort(byKind);
  const paint = painter(terminal);
  const hidden = interrupted.filter(
    (reading) => !items.some((item) => item.writer === reading.writer && item.sequence === reading.sequence),
  );
  const blocks = [
    renderFacts(sessionFacts(shown), terminal),
    kinds.length === 0 ? [] : renderTable(TOTALS, kinds.map(totalsRow), terminal),
    items.length === 0 ? [] : renderItems(items, terminal, { notes: !options.quiet }),
    more && !options.quiet ? [paint.dim('There are more: --all, --limit <number>, --search <text>')] : [],
    renderFacts(
      hidden.map((reading, index): Fact => ({ label: index === 0 ? 'interrupted' : '', text: itemTitle(reading), paint: 'yellow' })),
      terminal,
    ),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function sessionFacts({ session, whole }: ShownSession): Fact[] {
  const { scm, lockfileHash, packages } = session;
  const lockfile = lockfileHash === undefined ? '' : `, lockfile ${shortId(lockfileHash)}`;
  return [
    { label: 'session', text: session.id },
    { label: 'started', text: `${localTime(session.startedAt)}, ${ending(session)}` },
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

function ending({ startedAt, finishedAt, exitCode }: SessionRecord): string {
  if (finishedAt === undefined) return 'not finished: running, or killed';
  const took = `took ${formatTime((finishedAt - startedAt) * 1000)}`;
  return exitCode === undefined ? took : `${took}, exit code ${exitCode}`;
}

/** What people ask about first; foreign kinds, which are not in the list, before all. */
function byKind(one: KindTotals, other: KindTotals): number {
  const place = ({ kind }: KindTotals): number => (KINDS as readonly string[]).indexOf(kind);
  return place(one) - place(other);
}

function totalsRow(totals: KindTotals): string[] {
  const { kind, count, passed, failed, skipped, interrupted, wallTime, cpuTime, peakRss } = totals;
  const time = (value: number): string => (Number.isNaN(value) ? '-' : formatTime(value));
  const counts = [count, passed, failed, skipped, interrupted].map(String);
  return [kind, ...counts, time(wallTime), time(cpuTime), Number.isNaN(peakRss) ? '-' : formatBytes(peakRss)];
}
