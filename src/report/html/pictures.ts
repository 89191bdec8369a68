/** The pictures of the page: those that have something to show. */
import type { Metric } from '../../client/entities.js';
import type { PagePicture } from './page.js';

export async function picturesOf(_leaves: readonly Metric[], _all: readonly Metric[]): Promise<PagePicture[]> {
  return [];
}
