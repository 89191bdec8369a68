/** Holds what was given to `span()` against what it takes: what gets past here can be written to a journal and read again. */
import { SpanmeterError } from '../model/errors.js';
import type { ProbeSet } from '../model/metrics.js';
import type { Status } from '../model/records.js';
import type { SpanOptions } from './span.js';

type EndStatus = Exclude<Status, 'interrupted'>;

const PROBE_SETS: readonly ProbeSet[] = ['core', 'full', 'gc'];
const STATUSES: readonly EndStatus[] = ['passed', 'failed', 'skipped'];
/** Taken at load: a test may replace the global. */
const { stringify } = JSON;

/** What each option takes, to complete the sentence "must be ...". */
const OPTIONS: { readonly [K in keyof SpanOptions]-?: readonly [what: string, fits: (value: unknown) => boolean] } = {
  component: ['a string', isText],
  tags: ['an object of names and values, as JSON can hold it', isTags],
  variant: ['a string', isText],
  gc: ['true or false', (value) => typeof value === 'boolean'],
  probes: [`one of ${PROBE_SETS.join(', ')}`, (value) => PROBE_SETS.includes(value as ProbeSet)],
};

/** @throws SpanmeterError SPANMETER_SPAN. @param options undefined: none were given, as usual */
export function checkSpan(name: unknown, options: unknown, fn: unknown): void {
  if (typeof name !== 'string') throw wrong(`the name must be a string, not ${typeName(name)}`);
  if (fn !== undefined && typeof fn !== 'function') throw wrong(`what is measured must be a function, not ${typeName(fn)}`);
  if (options !== undefined) checkOptions(options);
}

/** @throws SpanmeterError SPANMETER_SPAN, and the span goes on */
export function checkEnd(status: unknown): void {
  if (STATUSES.includes(status as EndStatus)) return;
  const given = typeof status === 'string' ? `'${status}'` : typeName(status);
  throw new SpanmeterError(
    'SPANMETER_SPAN',
    `stop(): the status must be one of ${STATUSES.join(', ')}, not ${given}. The span is still open.`,
  );
}

function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong(`options must be an object, not ${typeName(options)}`);
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, key)) throw wrong(`there is no option '${key}', but ${Object.keys(OPTIONS).join(', ')}`);
    const [what, fits] = OPTIONS[key as keyof SpanOptions];
    const value = (options as Readonly<Record<string, unknown>>)[key];
    if (value !== undefined && !fits(value))
      throw wrong(`${key} must be ${what}, not ${typeof value === 'string' ? `'${value}'` : typeName(value)}`);
  }
}

/** A date, a circle or a BigInt passes for an object, and is none in JSON. */
function isTags(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return (stringify(value) as string | undefined)?.startsWith('{') === true;
  } catch {
    return false;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function wrong(what: string): SpanmeterError {
  return new SpanmeterError('SPANMETER_SPAN', `span(): ${what}. Use span(name), span(name, options) or span(name, [options,] fn).`);
}
