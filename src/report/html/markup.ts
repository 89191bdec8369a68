/** HTML in which every text is text: only what was made here is markup. */
import { visible } from '../../model/visible.js';

/** Markup, as opposed to text. */
export class Markup {
  constructor(readonly source: string) {}
}

type Part = string | number | Markup | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A tagged template: what is put in is escaped, unless it is markup itself. Control characters and changes of the writing direction are shown. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + (index < parts.length ? source(parts[index]!) : '')).join(''));
}

function source(part: Part): string {
  if (part instanceof Markup) return part.source;
  if (typeof part === 'object') return part.map(source).join('');
  return visible(String(part)).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** JSON inside a script element: nothing in it ends the element, or begins another. */
export function jsonIn(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replace(/</g, '\\u003c'));
}
