/** One session: its facts, its totals, its items. */
import type { KindTotals, StoredReading, StoredSession } from '../client/rows.js';
import { KINDS } from '../model/records.js';
import { formatBytes, formatTime } from '../model/units.js';
import { renderFacts, type Fact } from './facts.js';
import { renderItems } from './item-table.js';
import { itemName } from './items.js';
import { renderTable, type Column } from './table.js';
import { painter, type Terminal } from './terminal.js';
import { wholeFacts } from './whole.js';
import { wrap } from '../model/visible.js';
import { contextText, countOf, localTime, shortId, tagTexts } from './words.js';

export interface ShownSession {
  readonly session: StoredSession;
  readonly totals: readonly KindTotals[];
  readonly items: readonly StoredReading[];
  /** How many items there are that are not shown. */
  readonly more: number;
  /** What the items were picked by, as it stands on the command line; empty when by nothing. */
  readonly filter: string;
  /** The items are of several projects. */
  readonly withProject: boolean;
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
  const { items, interrupted, withProject } = shown;
  // The command as a whole stands above: its processes are not one item among others.
  const kinds = shown.totals.filter(({ kind }) => kind !== 'session').sort(byKind);
  const paint = painter(terminal);
  const hidden = interrupted.filter(
    (reading) => !items.some((item) => item.writer === reading.writer && item.sequence === reading.sequence),
  );
  const blocks = [
    renderFacts(sessionFacts(shown), terminal),
    kinds.length === 0 ? [] : renderTable(TOTALS, kinds.map(totalsRow), terminal, { notes: !options.quiet }),
    items.length === 0 ? [] : renderItems(items, terminal, { notes: !options.quiet, withProject }),
    options.quiet
      ? []
      : remark(shown)
          .flatMap((text) => wrap(text, terminal.columns))
          .map((line) => paint.dim(line)),
    renderFacts(
      hidden.map((reading, index): Fact => ({
        label: index === 0 ? 'interrupted' : '',
        text: itemName(reading, withProject),
        paint: 'yellow',
      })),
      terminal,
    ),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** What the table of items can't say. */
function remark({ items, more, filter }: ShownSession): string[] {
  if (items.length === 0) return filter === '' ? [] : [`No item fits ${filter}.`];
  return more === 0 ? [] : [`There ${more === 1 ? 'is' : 'are'} ${more} more: --all, --limit <number>, --search <text>`];
}

function sessionFacts({ session, whole }: ShownSession): Fact[] {
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
function ending({ startedAt, finishedAt, exitCode, foreign }: StoredSession): string[] {
  if (finishedAt === undefined) return foreign ? [] : ['not finished: running, or killed'];
  const took = `took ${formatTime((finishedAt - startedAt) * 1000)}`;
  return exitCode === undefined ? [took] : [took, `exit code ${exitCode}`];
}

/** What people ask about first; foreign kinds, which are not in the list, before all. */
function byKind(one: KindTotals, other: KindTotals): number {
  const place = ({ kind }: KindTotals): number => (KINDS as readonly string[]).indexOf(kind);
  return place(one) - place(other);
}

function totalsRow(totals: KindTotals): string[] {
  const { kind, count, passed, failed, skipped, interrupted, wallTime, cpuTime, peakRss } = totals;
  const known = (value: number, format: (value: number) => string): string => (Number.isNaN(value) ? '-' : format(value));
  const counts = [count, passed, failed, skipped, interrupted].map((value) => known(value, String));
  return [kind, ...counts, known(wallTime, formatTime), known(cpuTime, formatTime), known(peakRss, formatBytes)];
}
