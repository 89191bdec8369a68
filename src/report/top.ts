/** The most expensive items of a session. */
import type { StoredReading } from '../client/rows.js';
import type { MetricName } from '../model/metrics.js';
import type { SessionRecord } from '../model/records.js';
import { renderItems } from './item-table.js';
import { metricNamed } from './items.js';
import { painter, type Terminal } from './terminal.js';
import { fit } from '../model/visible.js';
import { localTime } from '../model/instant.js';
import { plural, shortId } from './words.js';

/** @param of a session, or what several are called @returns text that ends in a newline */
export function renderTop(
  of: SessionRecord | string,
  readings: readonly StoredReading[],
  terminal: Terminal,
  options: {
    readonly by: MetricName;
    readonly quiet: boolean;
    readonly withProject?: boolean;
    /** Kinds that were asked for, of which there is none. */ readonly missing?: readonly string[];
  },
): string {
  const { by, quiet, withProject = false, missing = [] } = options;
  const title = typeof of === 'string' ? of : titleOf(of);
  const lines =
    readings.length === 0
      ? [missing.length > 0 ? noItems(missing) : noNumber(by)]
      : renderItems(readings, terminal, { by, notes: !quiet, withProject });
  return `${[...(quiet ? [] : [painter(terminal).dim(fit(title, terminal.columns))]), ...lines].join('\n')}\n`;
}

function titleOf({ id, startedAt, command }: SessionRecord): string {
  return [shortId(id), localTime(startedAt), command].filter((part) => part !== '').join('  ');
}

function noItems(kinds: readonly string[]): string {
  return `The session has no ${kinds.map((kind) => plural(kind === 'bench' ? 'benchmark' : kind)).join(' and no ')}.`;
}

function noNumber(by: MetricName): string {
  const { heading, probe } = metricNamed(by);
  const remedy = probe === 'gc' ? ' Garbage collections are counted where a run asks for it: --probes gc.' : '';
  return `No item has a number for ${heading} (${by}).${remedy}`;
}
