/** A list of labelled facts, wrapped to the terminal's width. */
import { painter, type Terminal } from './terminal.js';
import { fit, widthOf, wrap } from '../model/visible.js';

export interface Fact {
  readonly label: string;
  readonly text: string;
  readonly paint?: 'yellow' | 'green' | 'red';
}

export interface FactOptions {
  readonly indent?: number;
  /** Width of the labels; default: that of the widest. */
  readonly label?: number;
}

/** So many lines of the terminal one fact may fill: a title or a command can be of any length. */
const MOST_LINES = 6;

/** @returns lines; a fact with an empty text gives none */
export function renderFacts(facts: readonly Fact[], terminal: Terminal, options: FactOptions = {}): string[] {
  const shown = facts.filter(({ text }) => text !== '');
  const { indent = 0, label = Math.max(0, ...shown.map((fact) => widthOf(fact.label))) } = options;
  const paint = painter(terminal);
  const width = terminal.columns - indent - label - 2;
  return shown.flatMap((fact) => {
    // Words leave room at the ends of lines: less than the lines' whole width is sure to fit.
    return wrap(fit(fact.text, Math.floor(width * MOST_LINES * 0.8)), width).map((line, index) => {
      const lead = (index === 0 ? fact.label : '').padEnd(label);
      return `${' '.repeat(indent)}${paint.dim(lead)}  ${fact.paint === undefined ? line : paint[fact.paint](line)}`;
    });
  });
}
