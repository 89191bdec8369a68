/** What every picture is asked for, and what it hands out. */

/** `page`: its colours are the CSS variables of the page that it stands in (see theme.ts), which also has its title and note. */
export type Theme = 'light' | 'dark' | 'page';

export interface PictureOptions {
  readonly theme?: Theme;
  /** Pixels. */
  readonly width?: number;
}

export interface Picture {
  /** A whole SVG document: the same data gives the same bytes. */
  readonly svg: string;
  readonly title: string;
  /** What the picture leaves out, or how it is to be read. */
  readonly note?: string;
}

export const USUAL_WIDTH = 860;
