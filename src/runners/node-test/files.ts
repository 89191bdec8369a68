/** The file that is run: from here to the end of its last hook; of several in one process, from the first of its tests on. */
import { relative } from 'node:path';
import type { OpenSpan, Recorder } from '../../recorder/index.js';

export class Files {
  readonly #recorder: Recorder;
  readonly #root: string;
  #file: string | undefined;
  #span: OpenSpan | undefined;
  #failed = false;

  constructor(recorder: Recorder, root: string) {
    this.#recorder = recorder;
    this.#root = root;
  }

  /** Contains what is in no suite. */
  get span(): OpenSpan | null {
    return this.#span ?? null;
  }

  enter(file: string): void {
    if (file === this.#file) return;
    this.#close();
    this.#file = file;
    this.#failed = false;
    if (!this.#recorder.wants('file')) return;
    const name = relative(this.#root, file).replaceAll('\\', '/');
    this.#span = this.#recorder.open({ kind: 'file', name, file }, { parent: null });
  }

  /** A test that is in no suite has failed, or the process as a whole. */
  fail(): void {
    this.#failed = true;
  }

  /** The runner has done all that it will. */
  end(): void {
    this.#close();
  }

  /** The process ends. @param hasBegun tests were still to run: what ended it stands in between */
  exit(code: number, hasBegun: boolean): void {
    if (code !== 0) this.#failed = true;
    if (!hasBegun || this.#failed) this.#close();
  }

  #close(): void {
    if (this.#span !== undefined) this.#recorder.close(this.#span, this.#failed ? 'failed' : 'passed');
    this.#span = undefined;
  }
}
