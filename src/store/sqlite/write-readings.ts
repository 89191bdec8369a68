/** Readings into rows: each key once, a finished record in place of an interrupted one, sorted into the order of the table. */
import { escapeText } from '../../model/escape.js';
import type { ReadingRecord, Tags } from '../../model/records.js';
import { setCounts } from './counts.js';
import { Dictionary } from './dictionary.js';
import { Items } from './items.js';
import { KnownSession, type Holder, type KnownWriter } from './known.js';
import { RowWriter, type MetricsRow } from './row-writer.js';
import type { Statements } from './statements.js';
import { forgetZones } from './zones.js';

/** Rows sorted and written at once: an ordinary session as a whole, yet bounded for a huge one. */
const CHUNK = 50_000;

export interface Written {
  /** Rows that were new or replaced. */
  readonly changed: number;
  /** Sessions whose counts have to be taken anew. */
  readonly stale: readonly number[];
}

export class ReadingsWriter {
  readonly #statements: Statements;
  readonly #rows: RowWriter;
  readonly #items: Items;
  readonly #components: Dictionary;
  readonly #tags: Dictionary;

  constructor(statements: Statements) {
    this.#statements = statements;
    this.#rows = new RowWriter(statements);
    this.#items = new Items(statements);
    this.#components = new Dictionary(statements, 'components', 'component', 'name', escapeText);
    this.#tags = new Dictionary(statements, 'reading_tags', 'tags', 'json', (json) => json);
  }

  /** Inside a transaction. */
  write(records: Iterable<ReadingRecord>): Written {
    const sessions = new Map<string, KnownSession>();
    let changed = 0;
    let chunk: Holder[] = [];
    for (const record of records) {
      let session = sessions.get(record.session);
      if (session === undefined) sessions.set(record.session, (session = new KnownSession(this.#statements, record.session)));
      const writer = session.writer(record.writer);
      const before = session.holder(writer, record.sequence);
      if (before !== undefined) {
        if (!before.interrupted || record.status === 'interrupted') continue;
        this.#remove(session, writer, before, record.sequence);
      }
      if (before?.fresh !== true) changed++;
      session.count(record);
      const holder = this.#hold(session, writer, record);
      writer.fresh.set(record.sequence, holder);
      if (record.sequence > writer.highest) writer.highest = record.sequence;
      if (chunk.push(holder) === CHUNK) {
        this.#insert(chunk);
        chunk = [];
      }
    }
    this.#insert(chunk);
    for (const session of sessions.values()) this.#finish(session);
    const stale = [...sessions.values()].filter((session) => session.counts === undefined);
    return { changed, stale: stale.map((session) => session.number) };
  }

  /** After a rollback, or when another process has written: what is remembered may be wrong. */
  forget(): void {
    this.#rows.discard();
    this.#items.forget();
    this.#components.forget();
    this.#tags.forget();
  }

  #hold(session: KnownSession, writer: KnownWriter, record: ReadingRecord): Holder {
    const item = this.#items.id(record.identity);
    const row: MetricsRow = {
      session: session.number,
      item,
      writer: writer.number,
      component: record.component === '' ? null : this.#components.id(record.component),
      tags: isEmpty(record.tags) ? null : this.#tags.id(JSON.stringify(record.tags)),
      sessionStart: session.startedAt,
      record,
    };
    return { item, interrupted: record.status === 'interrupted', fresh: true, row };
  }

  #remove(session: KnownSession, writer: KnownWriter, holder: Holder, sequence: number): void {
    session.countLater();
    if (holder.row !== undefined) {
      holder.row = undefined;
      return;
    }
    this.#statements.run(
      'DELETE FROM metrics WHERE session = ? AND item = ? AND writer = ? AND sequence = ?',
      session.number,
      holder.item,
      writer.number,
      sequence,
    );
  }

  /** In the order of the table: pages fill up one after the other instead of being split. */
  #insert(chunk: readonly Holder[]): void {
    const rows: MetricsRow[] = [];
    for (const holder of chunk) {
      if (holder.row === undefined) continue;
      rows.push(holder.row);
      holder.row = undefined;
    }
    rows.sort(byKey);
    for (const row of rows) this.#rows.add(row);
    this.#rows.flush();
  }

  #finish(session: KnownSession): void {
    for (const writer of session.writers.values()) {
      if (writer.highest === writer.stored) continue;
      this.#statements.run('UPDATE writers SET stored = ? WHERE session = ? AND writer = ?', writer.highest, session.number, writer.number);
    }
    setCounts(this.#statements, session.number, session.counts);
    forgetZones(this.#statements, session.number);
  }
}

function byKey(a: MetricsRow, b: MetricsRow): number {
  return a.session - b.session || a.item - b.item || a.writer - b.writer || a.record.sequence - b.record.sequence;
}

function isEmpty(tags: Tags): boolean {
  for (const _ in tags) return false;
  return true;
}
