/** A bounded pool of connections, and transactions on them. Errors come out as SpanmeterErrors. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, types, type CustomTypesConfig, type PoolClient, type QueryArrayConfig } from 'pg';
import type { Asking } from '../sql/ask.js';
import { codeOf, isBroken, isPassing, storeError } from './errors.js';
import { locationOf } from './location.js';
import { numbered } from './placeholders.js';
import { nameOf, nameOfFrequent } from './statement-names.js';

export interface PoolOptions {
  /** Connections at most (default: 10). */
  readonly connections?: number;
  /** Milliseconds that are waited for a connection (default: 10,000). */
  readonly connectTimeout?: number;
  /** Milliseconds that one statement may take (default: 60,000). */
  readonly statementTimeout?: number;
  /** Milliseconds that a lock is waited for (default: 20,000). */
  readonly lockTimeout?: number;
}

/**
 * Compiling a query of ours takes longer than running it. What is asked for is mostly in memory: a seek costs little more than a page of
 * a scan. The rest is PostgreSQL's default, which a database may have changed.
 */
const SETTINGS = `SET jit = off; SET random_page_cost = 1.1; SET default_transaction_isolation = 'read committed';
  SET default_transaction_read_only = off`;
const ATTEMPTS = 8;
/** int8 and numeric. */
const NUMBERS: ReadonlySet<number> = new Set([20, 1700]);
/** PostgreSQL starts or recovers: it will be there soon. */
const STARTING = '57P03';

/** Whole numbers and sums as numbers, for our connections only: pg's own setting belongs to the process that we may be a guest in. */
const PARSERS: CustomTypesConfig = {
  getTypeParser: (oid, format) => (NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format)) as never,
};

export class Connections {
  readonly location: string;
  readonly #pool: Pool;
  readonly #size: number;
  readonly #patience: number;
  #closed: Promise<void> | undefined;

  constructor(url: string, options: PoolOptions = {}) {
    this.location = locationOf(url);
    this.#size = options.connections ?? 10;
    this.#patience = options.connectTimeout ?? 10_000;
    this.#pool = new Pool({
      application_name: 'spanmeter',
      connectionString: url,
      max: this.#size,
      connectionTimeoutMillis: this.#patience,
      statement_timeout: options.statementTimeout ?? 60_000,
      lock_timeout: options.lockTimeout ?? 20_000,
      idle_in_transaction_session_timeout: 60_000,
      allowExitOnIdle: true,
      keepAlive: true,
      types: PARSERS,
    });
    // An idle connection that breaks leaves the pool by itself; unheard, the event would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => {
      // A connection that breaks while it is ours fails the statement that runs.
      client.on('error', () => undefined);
      client.query(SETTINGS).catch(() => undefined);
    });
  }

  /** One statement; `?` stands for a value. */
  async rows<Row extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.#translated(async () => {
      const client = await this.#connect();
      return this.#using(client, () => rows<Row>(client, sql, ...values));
    });
  }

  /** The same. What is asked often is prepared. */
  async frequentRows<Row extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.#translated(async () => {
      const client = await this.#connect();
      return this.#using(client, () => ask<Row>(client, nameOfFrequent(sql), sql, values));
    });
  }

  /**
   * One statement that is a transaction of its own, asked again and again. It is asked again after a deadlock, and not after a broken
   * connection, which does not tell whether it was done.
   */
  async call<Row extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.#translated(() =>
      this.#retried(async () => {
        const client = await this.#connect();
        return this.#using(client, () => preparedRows<Row>(client, sql, ...values));
      }),
    );
  }

  /** Answers a query's questions from one state of the database. */
  async read<T>(asking: () => Asking<T>): Promise<T> {
    return this.#translated(() => this.#transaction('ISOLATION LEVEL REPEATABLE READ READ ONLY', (client) => answer(client, asking())));
  }

  /** All that `work` does, or nothing. It is called again after a deadlock. */
  async write<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.#translated(() => this.#retried(() => this.#transaction('ISOLATION LEVEL READ COMMITTED READ WRITE', work)));
  }

  async close(): Promise<void> {
    await (this.#closed ??= this.#pool.end());
  }

  async #retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (thrown) {
        if (attempt >= ATTEMPTS || !isPassing(thrown)) throw thrown;
        // Whoever met once shall not meet again.
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  async #transaction<T>(mode: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#begin(mode);
    return this.#using(client, async () => {
      try {
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (thrown) {
        if (!isBroken(thrown)) await client.query('ROLLBACK');
        throw thrown;
      }
    });
  }

  /** Connections that a restart of the server has broken are told by their first statement; none of it was done then. */
  async #begin(mode: string): Promise<PoolClient> {
    for (let attempt = 0; ; attempt++) {
      const client = await this.#connect();
      try {
        await client.query(`BEGIN ${mode}`);
        return client;
      } catch (thrown) {
        client.release(true);
        if (attempt >= this.#size || !isBroken(thrown)) throw thrown;
      }
    }
  }

  async #connect(): Promise<PoolClient> {
    for (const deadline = performance.now() + this.#patience; ;) {
      try {
        return await this.#pool.connect();
      } catch (thrown) {
        if (codeOf(thrown) !== STARTING || performance.now() > deadline) throw thrown;
        await sleep(100);
      }
    }
  }

  async #using<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
    let broken = true;
    try {
      const result = await work();
      broken = false;
      return result;
    } catch (thrown) {
      broken = isBroken(thrown);
      throw thrown;
    } finally {
      client.release(broken);
    }
  }

  async #translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw storeError(thrown, this.location);
    }
  }
}

/** On a connection; `?` stands for a value. */
export async function rows<Row extends readonly unknown[]>(client: PoolClient, sql: string, ...values: readonly unknown[]): Promise<Row[]> {
  return ask<Row>(client, undefined, sql, values);
}

/** The same, for what is asked again and again: its plan is made once for a connection. */
export async function preparedRows<Row extends readonly unknown[]>(
  client: PoolClient,
  sql: string,
  ...values: readonly unknown[]
): Promise<Row[]> {
  return ask<Row>(client, nameOf(sql), sql, values);
}

async function ask<Row>(client: PoolClient, name: string | undefined, sql: string, values: readonly unknown[]): Promise<Row[]> {
  const question: QueryArrayConfig<unknown[]> = { name, text: numbered(sql), values: [...values], rowMode: 'array' };
  const result = await client.query<unknown[], unknown[]>(question);
  return result.rows as unknown as Row[];
}

export async function answer<T>(client: PoolClient, asking: Asking<T>): Promise<T> {
  let step = asking.next();
  while (step.done !== true) step = asking.next(await rows<unknown[]>(client, step.value.sql, ...step.value.values));
  return step.value;
}
