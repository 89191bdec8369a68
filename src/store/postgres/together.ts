/** Gathers what arrives while a write is under way, so that many requests share the next one, and nobody waits for a full house. */
interface Waiting<T> {
  readonly value: T;
  resolve(): void;
  reject(reason: unknown): void;
}

export class Together<T> {
  #waiting: Waiting<T>[] = [];
  #running: Promise<void> | undefined;
  readonly #write: (values: readonly T[]) => Promise<void>;

  /** @param write all or none */
  constructor(write: (values: readonly T[]) => Promise<void>) {
    this.#write = write;
  }

  /** Fulfilled once the value is written. */
  add(value: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ value, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Until all that was added is written, or has failed. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      await this.#flush(waiting);
    }
    this.#running = undefined;
  }

  async #flush(waiting: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.#write(waiting.map(({ value }) => value));
      for (const one of waiting) one.resolve();
    } catch (thrown) {
      // One alone has failed; of several the others may well succeed.
      if (waiting.length === 1) waiting[0]!.reject(thrown);
      else for (const one of waiting) await this.#flush([one]);
    }
  }
}
