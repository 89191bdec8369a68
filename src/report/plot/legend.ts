/** What the shapes and colours of a picture mean. */
import { pixelsOf } from './room.js';
import { element, escaped } from './xml.js';

export interface Sign {
  readonly text: string;
  readonly color: string;
  readonly shape: 'bar' | 'thin bar' | 'dot' | 'cross' | 'ring' | 'triangle' | 'line' | 'dash';
}

const GAP = 18;
const SIGN = 18;

/** @returns the elements of each line */
export function legendLines(signs: readonly Sign[], room: number): string[][] {
  const lines: string[][] = signs.length === 0 ? [] : [[]];
  let x = 0;
  for (const { text, color, shape } of signs) {
    const width = SIGN + pixelsOf(text);
    if (x > 0 && x + width > room) {
      lines.push([]);
      x = 0;
    }
    const label = element('text', { x: SIGN, y: 14 }, escaped(text));
    lines[lines.length - 1]!.push(element('g', { transform: `translate(${Math.round(x)},0)` }, SHAPES[shape](color), label));
    x += width + GAP;
  }
  return lines;
}

const SHAPES: Readonly<Record<Sign['shape'], (color: string) => string>> = {
  bar: (fill) => element('rect', { y: 4, width: 12, height: 12, fill }),
  'thin bar': (fill) => element('rect', { y: 8, width: 12, height: 4, fill }),
  dot: (fill) => element('circle', { cx: 6, cy: 10, r: 4, fill }),
  ring: (stroke) => element('circle', { cx: 6, cy: 10, r: 3.5, fill: 'none', stroke, 'stroke-width': 1.5 }),
  cross: (stroke) => element('path', { d: 'M2,6L10,14M10,6L2,14', stroke, 'stroke-width': 2 }),
  triangle: (fill) => element('path', { d: 'M6,5L11,14H1Z', fill }),
  line: (stroke) => element('path', { d: 'M0,10H13', stroke, 'stroke-width': 2 }),
  dash: (stroke) => element('path', { d: 'M6,2V18', stroke, 'stroke-dasharray': '3,3' }),
};
