/** Which rows are the first of their key. */
import { SpanmeterError } from '../../model/errors.js';
import type { Metric } from '../entities.js';

export const KEY = ['session', 'writer', 'sequence'] as const;

/** @returns whether a row is the first that it is asked about with its key. @throws SpanmeterError SPANMETER_USAGE when the key was not read */
export function firstOfItsKey(): (metric: Partial<Metric>) => boolean {
  const known = new Map<string, Set<number>>();
  return ({ session, writer, sequence }) => {
    if (session === undefined || writer === undefined || sequence === undefined) {
      throw new SpanmeterError(
        'SPANMETER_USAGE',
        "What is double is seen by the columns 'session', 'writer' and 'sequence': ask for them.",
      );
    }
    const of = `${session}\n${writer}`;
    let sequences = known.get(of);
    if (sequences === undefined) known.set(of, (sequences = new Set()));
    if (sequences.has(sequence)) return false;
    sequences.add(sequence);
    return true;
  };
}
