/** A collection of few entities, each with a name of its own: sessions, contexts. */
import { column, Frame, type ColumnChoice } from '../frame/frame.js';
import { Collection } from './collection.js';
import type { Fact } from './session-columns.js';

export abstract class List<T, Options extends ColumnChoice = ColumnChoice> extends Collection<T, Options> {
  readonly #entities: readonly T[];
  #byKey: ReadonlyMap<string, T> | undefined;

  protected constructor(entities: readonly T[]) {
    super();
    this.#entities = entities;
  }

  protected abstract keyOf(entity: T): string;
  protected abstract columnsFor(options: Options | undefined): readonly Fact<T>[];
  protected abstract with(entities: readonly T[]): this;

  get length(): number {
    return this.#entities.length;
  }

  at(index: number): T | undefined {
    return this.#entities.at(index);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#entities[Symbol.iterator]();
  }

  /** The one with this id or hash. */
  get(key: string): T | undefined {
    this.#byKey ??= new Map(this.#entities.map((entity) => [this.keyOf(entity), entity]));
    return this.#byKey.get(key);
  }

  filter(keep: (entity: T) => boolean): this {
    return this.with(this.#entities.filter((entity) => keep(entity)));
  }

  /** Without those that are there already. */
  unique(): this {
    const firsts = new Map<string, T>();
    for (const entity of this.#entities) if (!firsts.has(this.keyOf(entity))) firsts.set(this.keyOf(entity), entity);
    return this.with([...firsts.values()]);
  }

  /** Both, each entity once. */
  merge(other: Iterable<T>): this {
    return this.with([...this.#entities, ...other]).unique();
  }

  protected frame(options: Options | undefined): Frame {
    const columns = this.columnsFor(options).map(({ of, ...field }) => column(field, this.#entities, of));
    return new Frame(columns, [this.length]).choose(options ?? {});
  }
}
