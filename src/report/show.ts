/** One session: its facts, its totals, its items. */
import type { KindTotals, SessionSummary, StoredReading, StoredSession } from '../client/rows.js';
import { renderFacts, type Fact } from './facts.js';
import { renderItems } from './item-table.js';
import { itemName } from './items.js';
import { ending, sessionFacts } from './session-facts.js';
import { renderTable } from './table.js';
import { painter, type Terminal } from './terminal.js';
import { TOTALS, totalsRows } from './totals.js';
import { wrap } from '../model/visible.js';
import { localTime } from '../model/instant.js';
import { shortId } from './words.js';

export interface ShownSession {
  readonly session: StoredSession | ShownGroup;
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

/** Sessions that are read as one: the parallel jobs of a CI run. */
export interface ShownGroup {
  readonly group: string;
  /** Newest first; at least one. */
  readonly sessions: readonly SessionSummary[];
}

/** @returns text that ends in a newline */
export function renderShow(shown: ShownSession, terminal: Terminal, options: { readonly quiet: boolean }): string {
  const { items, interrupted, withProject } = shown;
  const totals = totalsRows(shown.totals);
  const paint = painter(terminal);
  const hidden = interrupted.filter(
    (reading) => !items.some((item) => item.writer === reading.writer && item.sequence === reading.sequence),
  );
  const blocks = [
    renderFacts('group' in shown.session ? groupFacts(shown.session) : sessionFacts(shown.session, shown.whole), terminal),
    totals.length === 0 ? [] : renderTable(TOTALS, totals, terminal, { notes: !options.quiet }),
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

function groupFacts({ group, sessions }: ShownGroup): Fact[] {
  const begun = [...sessions].sort((a, b) => a.startedAt - b.startedAt);
  return [
    { label: 'group', text: group },
    ...begun.map((session, index): Fact => {
      const { id, startedAt, command } = session;
      const when = [localTime(startedAt), ...ending(session)].join(', ');
      return { label: index === 0 ? 'sessions' : '', text: `${shortId(id)}  ${command}  ${when}` };
    }),
    { label: 'revision', text: [...new Set(sessions.map(({ scm }) => scm.revision ?? ''))].join(' ').trim() },
  ];
}
