/** Puts a picture together: a frame with its title, legend and note, and panels that Observable Plot draws. */
import type * as Observable from '@observablehq/plot' with { 'resolution-mode': 'import' };
import { USUAL_WIDTH, type Picture, type PictureOptions } from './picture.js';
import { frame } from './frame.js';
import { palette, type Palette } from './theme.js';
import { legendLines, type Sign } from './legend.js';
import { columnsIn } from './room.js';
import { element, escaped, plain } from './xml.js';
import { fit, wrap } from '../../model/visible.js';

export type Plot = typeof Observable;

const MARGIN = 16;
const LINE = 20;

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

export type Drawing = { readonly title: string; readonly subtitle?: string } & (
  | {
      /** What the picture shows, in a sentence for those who cannot see it. */
      readonly description: string;
      /** What it leaves out, or how it is to be read; empty ones do not count. */
      readonly notes?: readonly string[];
      readonly legend?: readonly Sign[];
      readonly panels: readonly Panel[];
    }
  | {
      /** In place of a picture: why there is nothing to be seen. */
      readonly nothing: string;
    }
);

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
  const alone = theme !== 'page';
  const margin = alone ? MARGIN : 0;
  const room = width - 2 * margin;
  const colors = palette(theme);
  const drawn = drawing({ Plot, colors, room });
  const { description, notes = [], legend = [], panels } = 'nothing' in drawn ? nothing(drawn.nothing) : drawn;
  const { title, subtitle } = drawn;
  const note = notes.filter(Boolean).join(' ');
  const parts: string[] = [];
  let y = margin;
  const say = (text: string, attributes: Readonly<Record<string, string | number>> = {}): void => {
    parts.push(element('text', { x: margin, y: y + 14, ...attributes }, escaped(text)));
    y += LINE;
  };
  if (alone) {
    say(title, { 'font-size': 15, 'font-weight': 600 });
    if (subtitle !== undefined) say(fit(subtitle, columnsIn(room)), { fill: colors.muted });
    y += 4;
  }
  for (const line of legendLines(legend, room)) {
    parts.push(element('g', { transform: `translate(${margin},${y})` }, ...line));
    y += LINE;
  }
  if (legend.length > 0) y += 6;
  // The types of the DOM are those of browsers: `never` goes wherever one of them is wanted.
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as { readonly document: never };
  let bottom = y;
  for (const { plot, heading, left = 0, width: own = room, height, beside } of panels) {
    if (beside !== true) y = bottom;
    const above = heading === undefined ? 0 : LINE;
    if (heading !== undefined) {
      const x = margin + left + (plot.marginLeft ?? 0);
      parts.push(element('text', { x, y: y + 14, 'font-weight': 600 }, escaped(heading)));
    }
    const svg = Plot.plot({ ...plot, width: own, height, document }) as unknown as Svg;
    parts.push(settled(svg, margin + left, y + above));
    bottom = Math.max(bottom, y + above + height);
  }
  y = bottom;
  if (alone && note !== '') {
    y += 6;
    for (const line of wrap(note, columnsIn(room))) say(line, { fill: colors.muted, 'font-size': 11 });
  }
  const svg = frame({ title, description, theme, width, height: Math.ceil(alone ? y + margin - 4 : y) }, parts);
  return { svg, title: plain(title), ...(note !== '' && { note }) };
}

type Full = Extract<Drawing, { readonly panels: unknown }>;

function nothing(why: string): Omit<Full, 'title'> {
  return { description: why, notes: [why], panels: [] };
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
  // Pixels need no more digits; text keeps its own.
  return svg.outerHTML.replace(/<[^>]*>/g, (tag) => tag.replace(/(\d\.\d\d)\d+/g, '$1'));
}
