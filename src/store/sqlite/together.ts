/** Gathers what arrives in one turn of the event loop, so that many requests share a transaction. */
interface Waiting<T> {
  readonly value: T;
  resolve(): void;
  reject(reason: unknown): void;
}

export class Together<T> {
  #waiting: Waiting<T>[] = [];
  readonly #write: (values: readonly T[]) => void;

  /** @param write all or none */
  constructor(write: (values: readonly T[]) => void) {
    this.#write = write;
  }

  /** Fulfilled once the value is written. */
  add(value: T): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ value, resolve, reject }) === 1) setImmediate(() => this.flush());
    });
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    try {
      this.#write(waiting.map(({ value }) => value));
    } catch (thrown) {
      // One alone has failed; of several the others may well succeed.
      if (waiting.length === 1) waiting[0]!.reject(thrown);
      else for (const one of waiting) this.#alone(one);
      return;
    }
    for (const one of waiting) one.resolve();
  }

  #alone(one: Waiting<T>): void {
    try {
      this.#write([one.value]);
      one.resolve();
    } catch (thrown) {
      one.reject(thrown);
    }
  }
}
