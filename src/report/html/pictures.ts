/** The pictures of the page: those that have something to show. */
import type { Metric } from '../../client/entities.js';
import { components, items, scatter, timeline, type Picture } from '../plot/index.js';

const MOST_ITEMS = 20;
const WIDTH = 1150;
/** Two stand beside each other. */
const HALF = 560;

export interface PagePicture extends Picture {
  /** Takes a line of its own. */
  readonly isWide: boolean;
}

/** @param leaves readings of items that contain no others, of one session */
export async function picturesOf(leaves: readonly Metric[]): Promise<PagePicture[]> {
  const page = { theme: 'page' } as const;
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
