/** The file and the suites that are open while Mocha goes through them, one inside the other, and how they end. */
import type { Status } from '../../model/records.js';
import type { ItemInput, OpenSpan, Recorder } from '../../recorder/index.js';
import { fileItem } from '../file-item.js';

interface Container {
  /** Absent when it is not recorded. */
  readonly item: ItemInput | undefined;
  /** Absent, too, when none of it runs. */
  readonly span: OpenSpan | undefined;
  hasRun: boolean;
  hasFailed: boolean;
}

export class Containers {
  readonly #recorder: Recorder;
  readonly #root: string;
  readonly #suites: Container[] = [];
  #file: Container | undefined;
  #path: string | undefined;
  /** Items of files by path, and how often each was entered. */
  readonly #files = new Map<string, { readonly item: ItemInput; count: number }>();

  /** @param root folder that files are named from */
  constructor(recorder: Recorder, root: string) {
    this.#recorder = recorder;
    this.#root = root;
  }

  /** Given explicitly, since only what contains a span does not count as overlapping it. */
  get innermost(): OpenSpan | null {
    for (let index = this.#suites.length - 1; index >= 0; index -= 1) {
      const { span } = this.#suites[index]!;
      if (span !== undefined) return span;
    }
    return this.#file?.span ?? null;
  }

  /**
   * Mocha runs the tests outside of suites first, those of all files: one that has both, beside another such file, is left and
   * entered again. Each of its stretches is a reading.
   */
  enterFile(path: string): void {
    if (path === this.#path) return;
    this.leaveFile();
    this.#path = path;
    if (path === '' || !this.#recorder.wants('file')) return;
    const known = this.#files.get(path) ?? { item: fileItem(path, this.#root), count: 0 };
    this.#files.set(path, known);
    const span = this.#recorder.open(known.item, { parent: this.innermost, repeat: known.count });
    known.count += 1;
    this.#file = { item: known.item, span, hasRun: false, hasFailed: false };
  }

  /** @param item null: not to be recorded @param isPending nothing of it will run */
  enterSuite(item: ItemInput | null, isPending: boolean): void {
    const recorded = item !== null && this.#recorder.wants('suite') ? item : undefined;
    const span = recorded === undefined || isPending ? undefined : this.#recorder.open(recorded, { parent: this.innermost });
    this.#suites.push({ item: recorded, span, hasRun: false, hasFailed: false });
  }

  leaveSuite(): void {
    const suite = this.#suites.pop();
    if (suite === undefined) return;
    this.#end(suite);
    const above = this.#suites.at(-1) ?? this.#file;
    if (above === undefined) return;
    above.hasRun ||= suite.hasRun;
    above.hasFailed ||= suite.hasFailed;
  }

  leaveFile(): void {
    if (this.#file !== undefined) this.#end(this.#file);
    this.#file = undefined;
    this.#path = undefined;
  }

  leaveAll(): void {
    while (this.#suites.length > 0) this.leaveSuite();
    this.leaveFile();
  }

  /** Of a test, or of a hook that failed. */
  count(status: Status): void {
    const innermost = this.#suites.at(-1) ?? this.#file;
    if (innermost === undefined || status === 'skipped') return;
    innermost.hasRun = true;
    innermost.hasFailed ||= status === 'failed';
  }

  #end({ item, span, hasRun, hasFailed }: Container): void {
    const status = hasFailed ? 'failed' : hasRun ? 'passed' : 'skipped';
    if (span !== undefined) this.#recorder.close(span, status);
    else if (item !== undefined) this.#recorder.note(item, status);
  }
}
