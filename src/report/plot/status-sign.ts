/** How an item ended, told by shape as well as by colour. */
import type { Metric } from '../../client/entities.js';
import type { Sign } from './legend.js';
import type { Palette } from './theme.js';

const SIGNS = {
  passed: { text: 'passed', color: 'blue', shape: 'dot' },
  failed: { text: 'failed', color: 'red', shape: 'cross' },
  interrupted: { text: 'interrupted', color: 'orange', shape: 'triangle' },
  skipped: { text: 'skipped', color: 'muted', shape: 'ring' },
} as const;
const SYMBOLS = { dot: 'circle', cross: 'times', triangle: 'triangle', ring: 'circle' } as const;

type Known = keyof typeof SIGNS;

/** What is not known, as of pytest-monitor's items, looks as what passed. */
const statusOf = ({ status }: Metric): Known => status ?? 'passed';

/** Options of Plot's dots, whose data has the item as `metric`. */
export function dotsByStatus(colors: Palette): {
  readonly symbol: (row: { readonly metric: Metric }) => string;
  readonly stroke: (row: { readonly metric: Metric }) => string;
  readonly fill: (row: { readonly metric: Metric }) => string;
} {
  const color = (metric: Metric): string => colors[SIGNS[statusOf(metric)].color];
  const filled = (metric: Metric): boolean => ['dot', 'triangle'].includes(SIGNS[statusOf(metric)].shape);
  return {
    symbol: ({ metric }) => SYMBOLS[SIGNS[statusOf(metric)].shape],
    stroke: ({ metric }) => color(metric),
    fill: ({ metric }) => (filled(metric) ? color(metric) : 'none'),
  };
}

/** Only of what there is; nothing when all passed. */
export function statusLegend(metrics: readonly Metric[], colors: Palette): Sign[] {
  const there = new Set(metrics.map(statusOf));
  const signs = (Object.keys(SIGNS) as Known[]).filter((status) => there.has(status)).map((status) => SIGNS[status]);
  return there.size === 1 && there.has('passed') ? [] : signs.map((sign) => ({ ...sign, color: colors[sign.color] }));
}
