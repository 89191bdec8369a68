/** The pictures of the page: those that have something to show. */
import { leafKinds } from '../../client/leaf-kinds.js';
import { toMetric } from '../../client/to-metric.js';
import { components, items, scatter, timeline, type Picture } from '../plot/index.js';
import type { ReportInput } from '../gather.js';

const MOST_ITEMS = 20;
const WIDTH = 1150;
/** Two stand beside each other. */
const HALF = 560;

export interface PagePicture extends Picture {
  /** Takes a line of its own. */
  readonly isWide: boolean;
}

/** Of items that contain no others. */
export async function picturesOf({ items: readings, totals }: Pick<ReportInput, 'items' | 'totals'>): Promise<PagePicture[]> {
  const page = { theme: 'page' } as const;
  const kinds = leafKinds(totals);
  const leaves = readings.filter(({ identity }) => kinds.includes(identity.kind)).map(toMetric);
  const measured = leaves.filter(({ wallTime }) => wallTime !== undefined);
  if (measured.length === 0) return [];
  const areSeveral = new Set(leaves.map(({ component }) => component)).size > 1;
  const [most, run, against, spread] = await Promise.all([
    items(measured, { ...page, width: WIDTH, limit: MOST_ITEMS, by: 'wall_time' }),
    timeline(measured, { ...page, width: WIDTH }),
    scatter(measured, { ...page, width: areSeveral ? HALF : WIDTH }),
    areSeveral ? components(measured, { ...page, width: HALF }) : undefined,
  ]);
  return [
    { ...most, isWide: true },
    { ...run, isWide: true },
    { ...against, isWide: !areSeveral },
    ...(spread === undefined ? [] : [{ ...spread, isWide: false }]),
  ];
}
