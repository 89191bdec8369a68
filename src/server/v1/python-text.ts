/** Values as Python writes them: in the tags of a session and in the reasons of a refusal, where clients of pytest-monitor look. */
import { readJson, type Node } from './json-text.js';

export interface Tag {
  readonly name: string;
  readonly value: string | null;
}

/** @param text JSON of an object; anything else has no tags */
export function tagsOf(text: string): Tag[] {
  let node: Node;
  try {
    JSON.parse(text);
    node = readJson(text);
  } catch {
    // Whatever was written through the views of the database.
    return [];
  }
  if (node.type !== 'object') return [];
  return Array.from(node.entries, ([name, value]) => ({ name, value: str(value) }));
}

/** str(value); null stays null. */
function str(node: Node): string | null {
  if (node.type === 'string') return node.value;
  return node.type === 'literal' && node.value === null ? null : repr(node);
}

export function repr(node: Node): string {
  switch (node.type) {
    case 'object':
      return `{${Array.from(node.entries, ([name, value]) => `${text(name)}: ${repr(value)}`).join(', ')}}`;
    case 'array':
      return `[${node.items.map(repr).join(', ')}]`;
    case 'string':
      return text(node.value);
    case 'number':
      return number(node.source);
    case 'literal':
      return node.value === null ? 'None' : node.value ? 'True' : 'False';
  }
}

function text(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = Array.from(value, (char) => (char === quote || char === '\\' ? `\\${char}` : visible(char)));
  return quote + escaped.join('') + quote;
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function visible(char: string): string {
  if (!/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(char)) return char;
  const code = char.codePointAt(0)!;
  const hex = code.toString(16);
  return (
    NAMED[char] ??
    (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`)
  );
}

function number(source: string): string {
  if (/^-?\d+$/.test(source)) return source === '-0' ? '0' : source;
  const value = Number(source);
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  // Where Python turns to an exponent.
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const plain = String(Object.is(value, -0) ? '-0' : value);
  if (plain.includes('e')) return value.toFixed(-power + digits.replace(/[-.]/g, '').length - 1);
  return plain.includes('.') ? plain : `${plain}.0`;
}
