/** Puts a picture together: a frame with its title, legend and note, and panels that Observable Plot draws. */
import type * as Observable from '@observablehq/plot' with { 'resolution-mode': 'import' };
import { USUAL_WIDTH, type Picture, type PictureOptions } from './picture.js';
import { palette, type Palette } from './theme.js';
import { element, escaped, plain } from './xml.js';
import { fit, widthOf } from '../visible.js';

export type Plot = typeof Observable;

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
const FONT_SIZE = 12;
/** Of most text in most of these fonts. */
const LETTER = 6.4;
const MARGIN = 16;
const LINE = 20;
/** What a label at a tick takes, with its distance from the next. */
const TICK = 68;

export interface Sign {
  readonly text: string;
  readonly color: string;
  readonly shape: 'bar' | 'thin bar' | 'dot' | 'cross' | 'ring' | 'triangle' | 'line' | 'dash';
}

/** `left` and `width` are of the room between the margins. */
export interface Panel {
  readonly plot: Observable.PlotOptions;
  readonly heading?: string;
  readonly left?: number;
  readonly width?: number;
  readonly height: number;
  /** Stands on the same line as the one before. */
  readonly beside?: true;
}

export interface Drawing {
  readonly title: string;
  /** What the picture shows, in a sentence for those who cannot see it. */
  readonly description: string;
  readonly subtitle?: string;
  readonly note?: string;
  readonly legend?: readonly Sign[];
  readonly panels: readonly Panel[];
  /** Stands in place of panels: why there is nothing to be seen. */
  readonly nothing?: string;
}

export interface Canvas {
  readonly Plot: Plot;
  readonly colors: Palette;
  /** Pixels between the margins. */
  readonly room: number;
}

/** @param drawing what is to be drawn, on this canvas */
export async function draw(options: PictureOptions, drawing: (canvas: Canvas) => Drawing): Promise<Picture> {
  const { theme = 'light', width = USUAL_WIDTH } = options;
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const colors = palette(theme);
  const { title, description, subtitle, note, legend = [], panels, nothing } = drawing({ Plot, colors, room: width - 2 * MARGIN });
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as { readonly document: unknown };
  const parts: string[] = [];
  let y = theme === 'page' ? 0 : MARGIN;
  const say = (text: string, attributes: Readonly<Record<string, string | number>> = {}): void => {
    parts.push(element('text', { x: MARGIN, y: y + 14, ...attributes }, escaped(fit(text, (width - 2 * MARGIN) / LETTER))));
    y += LINE;
  };
  if (theme !== 'page') {
    say(title, { 'font-size': 15, 'font-weight': 600 });
    if (subtitle !== undefined) say(subtitle, { fill: colors.muted });
    y += 4;
  }
  if (nothing !== undefined) say(nothing);
  if (legend.length > 0) {
    const lines = legendLines(legend, width - 2 * MARGIN);
    for (const line of lines) {
      parts.push(element('g', { transform: `translate(${MARGIN},${y})` }, ...line));
      y += LINE;
    }
    y += 6;
  }
  let bottom = y;
  for (const { plot, heading, left = 0, width: own = width - 2 * MARGIN, height, beside } of panels) {
    if (beside !== true) y = bottom;
    const above = heading === undefined ? 0 : LINE;
    if (heading !== undefined) {
      const at = MARGIN + left + (plot.marginLeft ?? 0);
      parts.push(element('text', { x: at, y: y + 14, 'font-weight': 600 }, escaped(heading)));
    }
    const svg = Plot.plot({ ...plot, width: own, height, document: document as never }) as unknown as Svg;
    parts.push(settled(svg, MARGIN + left, y + above));
    bottom = Math.max(bottom, y + above + height);
  }
  y = bottom;
  if (note !== undefined && theme !== 'page') {
    y += 6;
    say(note, { fill: colors.muted, 'font-size': 11 });
  }
  const height = Math.ceil(y + (theme === 'page' ? 0 : MARGIN - 4));
  return {
    svg: frame({ title, description, theme, width, height, colors }, parts),
    title: plain(title),
    ...(note !== undefined && { note }),
  };
}

interface Svg {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): { remove(): void } | null;
}

/** Its style sheet and class would be refused by a page with a strict policy, and mean nothing elsewhere. */
function settled(svg: Svg, x: number, y: number): string {
  svg.querySelector('style')?.remove();
  for (const name of ['class', 'font-family', 'font-size', 'fill']) svg.removeAttribute(name);
  svg.setAttribute('x', String(x));
  svg.setAttribute('y', String(y));
  svg.setAttribute('overflow', 'visible');
  // Pixels need no more digits.
  return svg.outerHTML.replace(/(\d\.\d\d)\d+/g, '$1');
}

function frame(
  {
    title,
    description,
    theme,
    width,
    height,
    colors,
  }: Readonly<Record<'title' | 'description' | 'theme', string>> & {
    readonly width: number;
    readonly height: number;
    readonly colors: Palette;
  },
  parts: readonly string[],
): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': FONT,
    'font-size': FONT_SIZE,
    fill: colors.ink,
    color: colors.ink,
  };
  // In a page a title would appear wherever the mouse rests.
  if (theme === 'page') return element('svg', { ...attributes, 'aria-label': `${title}. ${description}` }, ...parts);
  const about = [element('title', {}, escaped(title)), element('desc', {}, escaped(description))];
  const ground = element('rect', { width: '100%', height: '100%', fill: colors.ground });
  return `${element('svg', attributes, ...about, ground, ...parts)}\n`;
}

const GAP = 18;
const SIGN = 18;

function legendLines(signs: readonly Sign[], room: number): string[][] {
  const lines: string[][] = [[]];
  let x = 0;
  for (const { text, color, shape } of signs) {
    const width = SIGN + widthOf(text) * LETTER;
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

/** @returns text of about so many pixels, cut in the middle: titles differ at both ends */
export function fitPixels(text: string, pixels: number): string {
  return plain(fit(text, Math.max(4, Math.floor(pixels / LETTER))));
}

export function pixelsOf(text: string): number {
  return widthOf(text) * LETTER;
}

/** How many ticks a horizontal axis has room for. */
export function ticksIn(pixels: number): number {
  return Math.max(1, Math.floor(pixels / TICK));
}
