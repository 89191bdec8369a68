import { bench, describe } from 'vitest';
import { countWords, sortedWords } from './words.js';

const text = 'the quick brown fox jumps over the lazy dog '.repeat(200);

describe('words', () => {
  // Much the same time, not the same garbage: gc/iter and growth/iter tell them apart.
  bench('counted in a Map', () => void countWords(text));
  bench('counted by sorting', () => void sortedWords(text));
});
