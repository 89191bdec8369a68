/** What `doctor` found out. */
import { METRICS } from '../model/metrics.js';
import type { Context, Reading } from '../model/records.js';
import { formatBytes, formatTime } from '../model/units.js';
import { renderFacts, type Fact } from './facts.js';
import { instant } from '../model/instant.js';
import { snake } from './json.js';
import type { Terminal } from './terminal.js';
import { contextText } from './words.js';

/** Something that works, or why it does not. */
export type Outcome<T extends object = object> = ({ readonly works: true } & T) | { readonly works: false; readonly reason: string };

export interface Examination {
  readonly version: string;
  readonly context: Context;
  readonly mode: 'native' | 'javascript';
  readonly peakMode: string;
  /** Bytes; NaN: unknown. */
  readonly peakBound: number;
  readonly reasons: readonly string[];
  readonly missing: Readonly<Record<string, string>>;
  readonly sqlite: Outcome<{ readonly version: string }>;
  readonly journals: Outcome & { readonly folder: string };
  readonly history: Outcome<{ readonly sessions: boolean }> & { readonly location?: string };
  readonly selfCheck: {
    /** Bytes of a Buffer that was made and filled in a span. */
    readonly filled: number;
    readonly reading: Reading;
    /** Nanoseconds that an empty span takes, by probe set. */
    readonly corePair: number;
    readonly fullPair: number;
  };
}

const MODES: Readonly<Record<Examination['mode'], string>> = {
  native: 'native: the add-on is loaded',
  javascript: 'javascript: without the add-on, only what Node itself can tell',
};
const PEAKS: Readonly<Record<string, string>> = {
  maxrss: 'kept by the kernel and reset for each span (ru_maxrss)',
  hwm: 'kept by the kernel and reset for each span (VmHWM; ru_maxrss still holds what was before exec)',
  footprint: 'kept by the kernel and reset for each span (interval footprint)',
  left: 'not reset: only growth above the highest so far is seen',
  none: 'not measured',
};

/** @returns text that ends in a newline */
export function renderDoctor(examination: Examination, terminal: Terminal, options: { readonly quiet: boolean }): string {
  const blocks = [renderFacts(machineFacts(examination), terminal), renderFacts(selfCheckFacts(examination), terminal)];
  if (!options.quiet) blocks.push(renderFacts(metricFacts(examination), terminal));
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}

function machineFacts(found: Examination): Fact[] {
  const { mode, peakMode, peakBound, missing, sqlite, journals, history } = found;
  const unknown = Number.isNaN(peakBound) || peakMode === 'none' || missing['peak_growth'] !== undefined;
  const bound = unknown ? '' : `, exact to ${formatBytes(peakBound)}`;
  return [
    { label: 'spanmeter', text: found.version },
    { label: 'runs on', text: contextText(found.context) },
    { label: 'mode', text: MODES[mode], paint: mode === 'native' ? 'green' : 'yellow' },
    { label: 'memory peak', text: `${PEAKS[peakMode] ?? peakMode}${bound}`, ...(peakMode === 'none' ? { paint: 'yellow' as const } : {}) },
    ...found.reasons.map((text): Fact => ({ label: 'because', text, paint: 'yellow' })),
    outcome('sqlite', sqlite, sqlite.works ? `works (${sqlite.version})` : ''),
    outcome('journals', journals, `can be written in ${journals.folder}`),
    outcome(
      'history',
      history,
      history.works && !history.sessions ? `none yet; it will be ${history.location ?? ''}` : (history.location ?? ''),
    ),
  ];
}

function outcome(label: string, found: Outcome, text: string): Fact {
  return found.works ? { label, text } : { label, text: found.reason, paint: 'red' };
}

function selfCheckFacts({ selfCheck }: Examination): Fact[] {
  const { filled, reading, corePair, fullPair } = selfCheck;
  const { wallTime, cpuTime, peakGrowth } = reading;
  const parts = [
    peakGrowth === undefined ? 'peak growth not told' : `peak growth ${formatBytes(peakGrowth)}`,
    wallTime === undefined ? '' : `wall ${formatTime(wallTime)}`,
    cpuTime === undefined ? '' : `cpu ${formatTime(cpuTime)}`,
  ];
  return [
    {
      label: 'self-check',
      text: `a Buffer of ${formatBytes(filled)}, made and filled in a span, reads: ${parts.filter((part) => part !== '').join(', ')}`,
    },
    { label: '', text: `an empty span takes ${formatTime(corePair)} (core) or ${formatTime(fullPair)} (full)` },
  ];
}

function metricFacts({ missing, mode }: Examination): Fact[] {
  const facts = METRICS.map(({ name, precision }): Fact => {
    const why = missing[name];
    return why === undefined ? { label: name, text: precision } : { label: name, text: `not here: ${why}`, paint: 'yellow' };
  });
  return mode === 'native' ? facts : [...facts, { label: '', text: 'The sources named are those of the native mode.' }];
}

export function doctorJson(found: Examination): Readonly<Record<string, unknown>> {
  const { context, selfCheck, missing, peakBound, sqlite, journals, history, ...rest } = found;
  const { reading, ...check } = selfCheck;
  return {
    ...snake({ ...rest, peakBound }),
    context: snake(context),
    metrics: METRICS.map(({ name, unit, scope, precision }) => ({
      name,
      unit,
      scope,
      ...(missing[name] === undefined ? { precision } : { missing: missing[name] }),
    })),
    sqlite,
    journals,
    history,
    self_check: { ...snake(check), reading: { ...snake(reading), started_at: instant(reading.startedAt) } },
  };
}
