/** JSON read with what JavaScript's own values lose: the order of all keys, and how a number was written. */

export type Node =
  | { readonly type: 'object'; readonly entries: ReadonlyMap<string, Node> }
  | { readonly type: 'array'; readonly items: readonly Node[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly source: string }
  | { readonly type: 'literal'; readonly value: boolean | null };

/** No tag is nested like this; a reader that follows it would run out of stack. */
const DEEPEST = 100;

export class TooDeep extends Error {}

/**
 * @param text valid JSON
 * @throws TooDeep
 */
export function readJson(text: string): Node {
  return new Reader(text).value(0);
}

const TOKEN = /[\s,:]*("(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+)/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number, token = this.#token()): Node {
    if (depth > DEEPEST) throw new TooDeep(`nested more than ${DEEPEST} deep`);
    if (token === '{') return this.#object(depth + 1);
    if (token === '[') return this.#array(depth + 1);
    if (token.startsWith('"')) return { type: 'string', value: JSON.parse(token) as string };
    if (token === 'true' || token === 'false') return { type: 'literal', value: token === 'true' };
    return token === 'null' ? { type: 'literal', value: null } : { type: 'number', source: token };
  }

  #object(depth: number): Node {
    const entries = new Map<string, Node>();
    for (let token = this.#token(); token !== '}'; token = this.#token()) entries.set(JSON.parse(token) as string, this.value(depth));
    return { type: 'object', entries };
  }

  #array(depth: number): Node {
    const items: Node[] = [];
    for (let token = this.#token(); token !== ']'; token = this.#token()) items.push(this.value(depth, token));
    return { type: 'array', items };
  }

  #token(): string {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (found === null) throw new SyntaxError('no JSON');
    this.#at = TOKEN.lastIndex;
    return found[1]!;
  }
}

/** As JSON again, with the numbers as they were written. */
export function writeJson(node: Node): string {
  switch (node.type) {
    case 'object':
      return `{${[...node.entries].map(([name, value]) => `${JSON.stringify(name)}:${writeJson(value)}`).join(',')}}`;
    case 'array':
      return `[${node.items.map(writeJson).join(',')}]`;
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.source;
    case 'literal':
      return String(node.value);
  }
}
