/** A session as Markdown: for the summary page of a CI job. */
import { isContainer } from '../client/leaf-kinds.js';
import type { StoredReading } from '../client/rows.js';
import { METRIC_INDEX, type MetricName } from '../model/metrics.js';
import { comparedTexts, headline } from './compare/words.js';
import type { ReportInput } from './gather.js';
import { itemName, metricNamed, metricText } from './items.js';
import { markdownTable, markdownText } from './markdown.js';
import { sessionFacts } from './session-facts.js';
import { TOTALS, totalsRows } from './totals.js';

const RANKINGS: readonly MetricName[] = ['cpu_time', 'peak_growth', 'wall_time'];
const SHOWN = 5;
/** A summary page takes 1 MiB of all steps together. */
const MOST_CHANGES = 20;
const LONGEST_NAME = 300;

/** @returns text that ends in a newline */
export function reportMarkdown({ session, totals, items, whole, comparison }: ReportInput): string {
  const facts = sessionFacts(session, whole).filter(({ label, text }) => text !== '' && label !== 'root');
  const rows = totalsRows(totals);
  const changes = comparison?.changes.filter(({ verdict }) => verdict !== 'unchanged').slice(0, MOST_CHANGES) ?? [];
  const blocks = [
    `## ${markdownText(cut(session.description || session.command || 'spanmeter'))}`,
    rows.length === 0
      ? 'Nothing was measured in this session.'
      : markdownTable(
          TOTALS.map(({ heading }) => heading),
          rows,
          [1, 2, 3, 4, 5, 6, 7, 8],
        ),
    failures(items),
    ...RANKINGS.map((metric) => ranking(items, metric)),
    comparison === undefined ? '' : `### Since the run before\n\n${markdownText(headline(comparison))}`,
    changes.length === 0
      ? ''
      : markdownTable(
          ['', 'item', 'metric', 'before', 'now', 'ratio', ''],
          changes.map(({ item, ...compared }) => {
            const { metric, a, b, ratio, note } = comparedTexts(compared);
            return [compared.verdict, cut(itemName({ identity: item })), metric, a, b, ratio, note].map(markdownText);
          }),
          [3, 4, 5],
        ),
    `<details><summary>The session</summary>\n\n${facts.map(({ label, text }) => `- ${markdownText(label)}: ${markdownText(cut(text))}`).join('\n')}\n\n</details>`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** What did not pass, by its name; of what passed in the end nothing. */
function failures(items: readonly StoredReading[]): string {
  const last = new Map(items.filter(({ identity }) => !isContainer(identity.kind)).map((item) => [itemName(item), item]));
  const failed = [...last.values()].filter(({ status, foreign }) => !foreign && (status === 'failed' || status === 'interrupted'));
  if (failed.length === 0) return '';
  const lines = failed.slice(0, MOST_CHANGES).map((item) => `- ${item.status}: ${markdownText(cut(itemName(item)))}`);
  const more = failed.length - MOST_CHANGES;
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function ranking(items: readonly StoredReading[], metric: MetricName): string {
  const value = ({ values }: StoredReading): number => values[METRIC_INDEX[metric]] ?? NaN;
  const leaves = items.filter((item) => !Number.isNaN(value(item)) && !isContainer(item.identity.kind));
  if (leaves.length === 0) return '';
  const best = leaves.sort((a, b) => value(b) - value(a)).slice(0, SHOWN);
  return markdownTable(
    [`most ${metricNamed(metric).heading}`, ''],
    best.map((item) => [markdownText(cut(itemName(item))), markdownText(metricText(item, metric))]),
    [1],
  );
}

function cut(text: string): string {
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}
