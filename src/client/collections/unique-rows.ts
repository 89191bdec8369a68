/** Which rows are the first of their key. */
import { SpanmeterError } from '../../model/errors.js';
import type { Metric } from '../entities.js';

export type Key = Partial<Pick<Metric, 'session' | 'writer' | 'sequence'>>;

/** @returns their places @throws SpanmeterError SPANMETER_USAGE when the key was not read */
export function firstOfEach(rows: Iterable<Key>): Uint32Array {
  const known = new Map<string, Set<number>>();
  const places: number[] = [];
  let place = -1;
  for (const { session, writer, sequence } of rows) {
    place++;
    if (session === undefined || writer === undefined || sequence === undefined) {
      throw new SpanmeterError(
        'SPANMETER_USAGE',
        "What is double is seen by the columns 'session', 'writer' and 'sequence': ask for them.",
      );
    }
    const of = `${session}\n${writer}`;
    let sequences = known.get(of);
    if (sequences === undefined) known.set(of, (sequences = new Set()));
    if (sequences.has(sequence)) continue;
    sequences.add(sequence);
    places.push(place);
  }
  return Uint32Array.from(places);
}
