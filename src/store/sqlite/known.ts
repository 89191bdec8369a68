/** What one call of putReadings knows of the sessions and writers that its records name. */
import { SpanmeterError } from '../../model/errors.js';
import type { ReadingRecord } from '../../model/records.js';
import { TEST_KINDS, type TestCounts } from '../sql/totals.js';
import type { MetricsRow } from './row-writer.js';
import { INTERRUPTED, STATUS_MASK } from '../sql/marks.js';
import { sessionNumber, writerNumber } from './sessions.js';
import type { Statements } from './statements.js';

/** What holds a key. */
export interface Holder {
  readonly item: number;
  readonly interrupted: boolean;
  /** Came with this call. */
  readonly fresh: boolean;
  /** Not yet in the table; absent once it is. */
  row: MetricsRow | undefined;
}

export interface KnownWriter {
  readonly number: number;
  /** No row that was there before this call has a higher sequence. */
  readonly stored: number;
  highest: number;
  /** By sequence: the rows of this call. */
  readonly fresh: Map<number, Holder>;
}

export class KnownSession {
  readonly number: number;
  readonly startedAt: number;
  readonly writers = new Map<string, KnownWriter>();
  readonly #statements: Statements;
  /** By writer and sequence: the rows that were there before this call. Read only when a sequence may be among them. */
  #existing: Map<number, Map<number, Holder>> | undefined;
  /** Tests, failed, skipped, interrupted: kept only while they are plain sums, which spares counting a new session. */
  #counts: [number, number, number, number] | undefined;

  constructor(statements: Statements, id: string) {
    const number = sessionNumber(statements, id);
    if (number === undefined) {
      throw new SpanmeterError(
        'SPANMETER_NOT_FOUND',
        `Readings name the session ${id}, which the history does not know. Put the session first.`,
      );
    }
    this.#statements = statements;
    this.number = number;
    this.startedAt = statements.number('SELECT started_at FROM sessions WHERE session = ?', number)!;
    if (statements.value('SELECT 1 FROM metrics WHERE session = ? LIMIT 1', number) === undefined) this.#counts = [0, 0, 0, 0];
  }

  writer(name: string): KnownWriter {
    let writer = this.writers.get(name);
    if (writer === undefined) {
      const number = writerNumber(this.#statements, this.number, name);
      const stored = this.#statements.number('SELECT stored FROM writers WHERE session = ? AND writer = ?', this.number, number)!;
      writer = { number, stored, highest: stored, fresh: new Map<number, Holder>() };
      this.writers.set(name, writer);
    }
    return writer;
  }

  /** What already has the key. */
  holder(writer: KnownWriter, sequence: number): Holder | undefined {
    const fresh = writer.fresh.get(sequence);
    if (fresh !== undefined || sequence > writer.stored) return fresh;
    return (this.#existing ??= this.#readExisting()).get(writer.number)?.get(sequence);
  }

  count({ identity, retry, repeat, status }: ReadingRecord): void {
    if (this.#counts === undefined) return;
    if (retry > 0 || repeat > 0) this.#counts = undefined;
    else if (TEST_KINDS.includes(identity.kind)) {
      this.#counts[0]++;
      if (status !== 'passed') this.#counts[status === 'failed' ? 1 : status === 'skipped' ? 2 : 3]++;
    }
  }

  /** A row was replaced: the sums are no longer plain. */
  countLater(): void {
    this.#counts = undefined;
  }

  /** The counts, unless they have to be taken from the table. */
  get counts(): TestCounts | undefined {
    return this.#counts;
  }

  #readExisting(): Map<number, Map<number, Holder>> {
    const existing = new Map<number, Map<number, Holder>>();
    const sql = 'SELECT writer, sequence, item, marks FROM metrics WHERE session = ?';
    for (const [writer, sequence, item, marks] of this.#statements.rows<[number, number, number, number]>(sql, this.number)) {
      let holders = existing.get(writer);
      if (holders === undefined) existing.set(writer, (holders = new Map<number, Holder>()));
      holders.set(sequence, { item, interrupted: (marks & STATUS_MASK) === INTERRUPTED, fresh: false, row: undefined });
    }
    return existing;
  }
}
