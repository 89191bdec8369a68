/** What all collections can do: be gone through, looked into, narrowed, and printed. None of it changes the collection. */
export abstract class Collection<T> implements Iterable<T> {
  abstract readonly length: number;

  /** Negative indexes count from the end. */
  abstract at(index: number): T | undefined;

  abstract filter(keep: (entity: T) => boolean): Collection<T>;

  abstract [Symbol.iterator](): Iterator<T>;

  map<R>(to: (entity: T) => R): R[] {
    return Array.from(this, to);
  }

  /** The first rows, as a table for people. */
  abstract toString(): string;

  /** What console.log() shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
