/** Gives each item of a journal a number, so that its identity is written once. */
import { relative, sep } from 'node:path';
import type { HandOver } from './hand-over.js';
import { definition, placeText, type ItemReference } from '../journal/format.js';
import type { ItemInput } from './recorder.js';

const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/;
const { stringify } = JSON;
const NO_TITLES: readonly string[] = [];

interface Place {
  readonly project: string;
  readonly file: string;
  readonly describe: readonly string[];
  readonly component: string;
  readonly text: string;
}

export class ItemDictionary {
  readonly #handOver: HandOver;
  /** Runners keep one object for each test, so most items need no key to be built. */
  readonly #byObject = new WeakMap<ItemInput, number>();
  readonly #byKey = new Map<string, number>();
  #count = 0;
  #lastFile = '';
  #lastRelative = '';
  #lastPlace: Place | undefined;

  constructor(handOver: HandOver) {
    this.#handOver = handOver;
  }

  /** @returns the definition too, the first time: it must be written. An item that is defined twice is still one item. */
  refer(item: ItemInput): ItemReference {
    const known = item.kind === 'span' ? this.#byKey.get(keyOf(item)) : this.#byObject.get(item);
    if (known !== undefined) return { number: known, definition: '' };
    this.#count += 1;
    if (item.kind === 'span') this.#byKey.set(keyOf(item), this.#count);
    else this.#byObject.set(item, this.#count);
    return { number: this.#count, definition: this.#define(item) };
  }

  /** Relative to the root, with `/`. The tests of a file follow each other. */
  fileOf({ file = '' }: ItemInput): string {
    if (file !== this.#lastFile) {
      const path = ABSOLUTE.test(file) ? relative(this.#handOver.root, file) : file;
      this.#lastFile = file;
      this.#lastRelative = sep === '/' ? path : path.replaceAll(sep, '/');
    }
    return this.#lastRelative;
  }

  #define(item: ItemInput): string {
    const { kind, name, variant = '', ordinal = 0, tags } = item;
    return definition({ kind, name, variant, ordinal }, tags, this.#placeOf(item));
  }

  /** The tests of a suite follow each other. */
  #placeOf(item: ItemInput): string {
    const { project = '', file = '', describe = NO_TITLES } = item;
    const component = this.componentOf(item.component ?? '');
    const last = this.#lastPlace;
    if (last?.describe === describe && last.file === file && last.project === project && last.component === component) return last.text;
    const text = placeText({ project, file: this.fileOf(item), describe }, component);
    this.#lastPlace = { project, file, describe, component, text };
    return text;
  }

  /** As it is recorded: the session may replace it, or put something before it. */
  componentOf(named: string): string {
    const { component: forced, componentPrefix } = this.#handOver.options;
    const component = forced ?? named;
    if (componentPrefix === undefined || componentPrefix === '') return component;
    return component === '' ? componentPrefix : `${componentPrefix}.${component}`;
  }
}

/** Spans are made of new objects each time; they have a name, and perhaps a variant, a component and tags. */
function keyOf({ name, variant = '', component = '', tags }: ItemInput): string {
  // With their lengths in front nothing in a text can be taken for the border between two of them.
  return `${name.length} ${variant.length} ${component.length} ${name}${variant}${component}${tags === undefined ? '' : stringify(tags)}`;
}
