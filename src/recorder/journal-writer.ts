/** Appends the lines of one thread to its journal, and goes on in the spare folder when the first one fails. */
import type { Binding } from '../collector/binding.js';
import { JOURNAL_SUFFIX } from '../journal/format.js';
import { METRICS } from '../model/metrics.js';

const FILE_WAS_DELETED = -1;
const ENOENT = 2;

export interface JournalPlace {
  readonly folder: string;
  /** In the temporary folder; for when `folder` can't be made, vanishes or is full. */
  readonly spare: string;
}

export class JournalWriter {
  readonly #binding: Binding;
  readonly #spare: string;
  #handle: number;
  #inSpare = false;

  /** @param warn called once, when nothing can be recorded any more */
  constructor(
    binding: Binding,
    place: JournalPlace,
    writer: string,
    private readonly warn: (message: string) => void,
  ) {
    this.#binding = binding;
    const name = writer + JOURNAL_SUFFIX;
    this.#spare = `${place.spare}/${name}`;
    this.#handle = binding.journalOpen(`${place.folder}/${name}`);
    if (this.#handle >= 0) return;
    this.#inSpare = true;
    const failure = -this.#handle;
    this.#handle = binding.journalOpen(this.#spare);
    if (this.#handle < 0) this.#giveUp(failure);
  }

  /** @param slot whose numbers stand behind the line */
  append(line: string, slot?: number): void {
    if (this.#handle < 0) return;
    const binding = this.#binding;
    const failure =
      slot === undefined ? binding.journalAppend(this.#handle, line) : binding.journalAppendSlot(this.#handle, line, slot, METRICS.length);
    if (failure !== 0) this.#moveOn(failure, line, slot);
  }

  close(): void {
    if (this.#handle >= 0) this.#binding.journalClose(this.#handle);
    this.#handle = -1;
  }

  /** A deleted file can still be read by who has it open, so nothing that was written is lost. */
  #moveOn(failure: number, line: string, slot?: number): void {
    if (this.#inSpare) {
      this.#giveUp(failure);
      return;
    }
    this.#inSpare = true;
    const moved = this.#binding.journalMove(this.#handle, this.#spare);
    // Both folders are gone: the session is over, and this process outlived it. There is nobody to tell.
    if (moved === ENOENT) this.close();
    else if (moved !== 0) this.#giveUp(moved);
    else if (failure !== FILE_WAS_DELETED) this.append(line, slot);
  }

  #giveUp(failure: number): void {
    this.close();
    const reason = failure === FILE_WAS_DELETED ? 'its journal was deleted' : `its journal cannot be written (errno ${failure})`;
    this.warn(`a process records no more: ${reason}, and neither can one in the temporary folder; free disk space or set TMPDIR`);
  }
}
