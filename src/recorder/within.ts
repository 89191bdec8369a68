/** Holds readings against budgets, in the process that measured them. */
import { collector } from '../collector/index.js';
import { BudgetError } from '../model/budget-error.js';
import { judge, type Judgement } from '../model/judge.js';
import { parseBudget, refused, type Limit } from '../model/limits.js';
import { METRIC_INDEX, METRIC_KEYS } from '../model/metrics.js';
import type { Reading } from '../model/records.js';

/** @throws as `assertWithin` of assert-within.ts, which loads this */
export function checkReading(reading: unknown, budget: unknown): void {
  if (!isReading(reading)) throw refused('assertWithin(): expected a reading, as span() gives it at its end.');
  const judgements = judgeReading(reading, limitsHere(budget, 'assertWithin()'));
  if (judgements.some(({ verdict }) => verdict !== 'within')) throw new BudgetError(judgements);
}

/** @throws SpanmeterError SPANMETER_BUDGET for what is no budget, or can't be measured on this machine */
export function limitsHere(budget: unknown, place: string): Limit[] {
  return parseBudget(budget, place, collector().capabilities);
}

export function judgeReading(reading: Reading, limits: readonly Limit[]): Judgement[] {
  const machine = collector().capabilities;
  return limits.map((limit) => judge(limit, reading[METRIC_KEYS[METRIC_INDEX[limit.metric]]!] ?? NaN, reading, machine));
}

export function isReading(value: unknown): value is Reading {
  if (typeof value !== 'object' || value === null) return false;
  const { startedAt, status } = value as Partial<Reading>;
  return typeof startedAt === 'number' && typeof status === 'string';
}
