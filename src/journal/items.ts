/** The items of one journal, as the lines that name them first define them. */
import { unescapeText } from '../model/escape.js';
import { KINDS, type Identity, type Kind, type Tags } from '../model/records.js';
import { TITLE_MARK } from './format.js';

const NO_TAGS: Tags = Object.freeze({});
const OWN_FIELDS = 5;

export interface Item {
  readonly identity: Identity;
  readonly component: string;
  readonly tags: Tags;
}

/** What the tests of a suite have in common. */
interface Place extends Pick<Identity, 'project' | 'file' | 'describe'> {
  readonly component: string;
}

export class JournalItems {
  readonly #items = new Map<number, Item>();
  /** Tests of one suite follow each other: the last place is nearly always the next one's. */
  #placeText = '';
  #place: Place | undefined;

  /** @returns undefined for a number whose defining line was lost */
  get(number: number): Item | undefined {
    return this.#items.get(number);
  }

  /** @returns undefined for text that is no definition */
  define(number: number, text: string): Item | undefined {
    const own = text.split('\t', OWN_FIELDS);
    const [kind, name, variant, ordinal, tags] = own as [string, string, string, string, string];
    const end =
      own.length === OWN_FIELDS ? kind.length + name.length + variant.length + ordinal.length + tags.length + OWN_FIELDS : Infinity;
    const place = end < text.length ? this.#placeOf(text.slice(end)) : undefined;
    if (place === undefined || !KINDS.includes(kind as Kind)) return undefined;
    const { project, file, component, describe } = place;
    const item: Item = {
      identity: {
        kind: kind as Kind,
        project,
        file,
        describe,
        name: unescapeText(name),
        variant: unescapeText(variant),
        ordinal: Number(ordinal),
      },
      component,
      tags: tags === '' ? NO_TAGS : (JSON.parse(unescapeText(tags)) as Tags),
    };
    this.#items.set(number, item);
    return item;
  }

  #placeOf(text: string): Place | undefined {
    if (text === this.#placeText) return this.#place;
    const [project, file, component, describe] = text.split('\t') as Partial<string[]>;
    if (project === undefined || file === undefined || component === undefined || describe === undefined) return undefined;
    this.#placeText = text;
    this.#place = {
      project: unescapeText(project),
      file: unescapeText(file),
      component: unescapeText(component),
      describe: describe === '' ? [] : describe.slice(1).split(TITLE_MARK).map(unescapeText),
    };
    return this.#place;
  }
}
