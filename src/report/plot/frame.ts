/** What is around a picture: its size, its font, its ground, and its words for screen readers. */
import type { Theme } from './picture.js';
import { palette } from './theme.js';
import { element, escaped } from './xml.js';

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
const FONT_SIZE = 12;

interface Outside {
  readonly title: string;
  readonly description: string;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
}

/** @param parts markup @returns a whole document */
export function frame({ title, description, theme, width, height }: Outside, parts: readonly string[]): string {
  const { ink, ground } = palette(theme);
  const attributes = {
    ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' },
    ...{ 'font-family': FONT, 'font-size': FONT_SIZE, fill: ink, color: ink },
  };
  // In a page a title would appear wherever the mouse rests.
  if (theme === 'page') return element('svg', { ...attributes, 'aria-label': `${title}. ${description}` }, ...parts);
  const about = [element('title', {}, escaped(title)), element('desc', {}, escaped(description))];
  return `${element('svg', attributes, ...about, element('rect', { width: '100%', height: '100%', fill: ground }), ...parts)}\n`;
}
