/** How much room text takes, about: nobody knows the fonts of whoever will look. */
import { fit, widthOf } from '../../model/visible.js';
import { plain } from './xml.js';

/** Of most text in most fonts of 12 pixels. */
const LETTER = 7;
/** What a label at a tick takes, with its distance from the next. */
const TICK = 68;

/** @returns text of about so many pixels, cut in the middle: titles differ at both ends */
export function fitPixels(text: string, pixels: number): string {
  return plain(fit(text, columnsIn(pixels)));
}

export function pixelsOf(text: string): number {
  return widthOf(text) * LETTER;
}

/** How many ticks a horizontal axis has room for. */
export function ticksIn(pixels: number): number {
  return Math.max(1, Math.floor(pixels / TICK));
}

export function columnsIn(pixels: number): number {
  return Math.max(4, Math.floor(pixels / LETTER));
}
