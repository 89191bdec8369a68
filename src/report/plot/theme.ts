/** Colours, which people with any kind of colour vision can tell apart: those of Okabe and Ito, lighter on a dark ground. */
import type { Theme } from './picture.js';

const COLORS = {
  ground: { light: '#ffffff', dark: '#16191d' },
  ink: { light: '#1f2328', dark: '#e6e8ea' },
  muted: { light: '#656d76', dark: '#9aa2ab' },
  line: { light: '#d8dee4', dark: '#363c44' },
  pale: { light: '#c4d7e8', dark: '#2f4a61' },
  blue: { light: '#0072b2', dark: '#56b4e9' },
  orange: { light: '#b87a00', dark: '#e69f00' },
  red: { light: '#d55e00', dark: '#ff8a4c' },
  green: { light: '#00805e', dark: '#2fc79a' },
  purple: { light: '#a8558a', dark: '#dd9bc2' },
} as const;

export type Color = keyof typeof COLORS;
export type Palette = Readonly<Record<Color, string>>;

const NAMES = Object.keys(COLORS) as Color[];

export function palette(theme: Theme): Palette {
  const value = (name: Color): string => (theme === 'page' ? `var(--plot-${name})` : COLORS[name][theme]);
  return Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Palette;
}

/** Declarations for the style sheet of a page whose pictures have the theme `page`. */
export function pageVariables(theme: 'light' | 'dark'): string {
  return NAMES.map((name) => `--plot-${name}: ${COLORS[name][theme]};`).join(' ');
}
