import { formatBytes } from '../../model/units.js';
import type { Context } from '../entities.js';
import { CONTEXT_COLUMNS } from './context-columns.js';
import { List } from './list.js';
import { printed, shortId } from './printed.js';
import type { Fact } from './session-columns.js';

/** Where things ran. */
export class Contexts extends List<Context> {
  static of(contexts: Iterable<Context>): Contexts {
    return new Contexts([...contexts]);
  }

  protected keyOf({ hash }: Context): string {
    return hash;
  }

  protected columnsFor(): readonly Fact<Context>[] {
    return CONTEXT_COLUMNS;
  }

  protected with(contexts: readonly Context[]): this {
    return new Contexts(contexts) as this;
  }

  toString(): string {
    return printed('contexts', this, [
      { heading: 'context', text: ({ hash }) => shortId(hash) },
      { heading: 'machine', text: ({ machine = '' }) => machine },
      { heading: 'os', text: ({ os = '', osRelease = '' }) => `${os} ${osRelease}`.trim() },
      { heading: 'cpus', align: 'right', text: ({ cpuCount }) => (cpuCount === undefined ? '' : String(cpuCount)) },
      { heading: 'cpu', text: ({ cpuModel = '' }) => cpuModel },
      { heading: 'memory', align: 'right', text: ({ memoryTotal }) => (memoryTotal === undefined ? '' : formatBytes(memoryTotal)) },
      { heading: 'runtime', text: ({ runtime = '', runtimeVersion = '' }) => `${runtime} ${runtimeVersion}`.trim() },
    ]);
  }
}
