/** SVG as text. Whatever comes from outside goes through here. */
import { fit, visible } from '../../model/visible.js';

const LONGEST_TEXT = 400;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

type Value = string | number | undefined;

/** @param children markup, not text @returns an element; attributes that are undefined are left out */
export function element(name: string, attributes: Readonly<Record<string, Value>>, ...children: readonly string[]): string {
  const pairs = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const head = [name, ...pairs.map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(' ');
  return children.length === 0 ? `<${head}/>` : `<${head}>${children.join('')}</${name}>`;
}

export function escaped(text: string): string {
  return plain(text).replace(/[&<>"]/g, (found) => ENTITIES[found]!);
}

/** Text as it may stand in XML, on one line of bounded length. */
export function plain(text: string): string {
  return visible(text).replace(/[\ufffe\uffff]/g, '\ufffd');
}

/** For what appears while the mouse rests: several lines, each bounded. */
export function hover(...lines: readonly string[]): string {
  return lines
    .filter((line) => line !== '')
    .map((line) => plain(fit(line, LONGEST_TEXT)))
    .join('\n');
}
