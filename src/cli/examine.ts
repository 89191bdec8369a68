/** Looks at this machine and this project, for `doctor`. Nothing is written. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { collectGarbage, collector, type Collector } from '../collector/index.js';
import { describeContext } from '../context/index.js';
import { messageOf } from '../model/errors.js';
import type { ProbeSet } from '../model/metrics.js';
import type { Reading } from '../model/records.js';
import { span } from '../recorder/span.js';
import type { Examination, Outcome } from '../report/doctor.js';
import type { ResolvedOptions } from '../session/options/index.js';
import { journalHome } from '../session/place.js';
import { openStore } from '../store/index.js';
import { sqliteDriver } from '../store/sqlite/driver.js';
import { version } from './version.js';

const FILLED = 16 * 1024 * 1024;
const PAIRS = 2000;
const ROUNDS = 5;

export async function examine(options: ResolvedOptions): Promise<Examination> {
  const measuring = collector();
  // First: asking what can be measured tries a reset.
  const leftAlone = whyLeftAlone(options);
  if (leftAlone !== undefined) measuring.binding.setPeak('leave');
  const { mode, peakMode, peakBound, reasons, missing } = measuring.capabilities;
  const folder = journalHome(options.root);
  return {
    version: version(),
    context: describeContext(),
    mode,
    peakMode,
    peakBound,
    reasons: leftAlone === undefined ? reasons : [...reasons, leftAlone],
    missing,
    sqlite: sqlite(),
    journals: { folder, ...writable(folder) },
    history: await history(options.db),
    selfCheck: {
      filled: FILLED,
      reading: fillBuffer(),
      corePair: pairTime(measuring, 'core'),
      fullPair: pairTime(measuring, 'full'),
    },
  };
}

function whyLeftAlone({ enabled, peak }: ResolvedOptions): string | undefined {
  if (!enabled) return 'SPANMETER=0 leaves the peak alone, and records nothing';
  return peak === 'leave' ? 'the option peak is leave' : undefined;
}

function sqlite(): Outcome<{ readonly version: string }> {
  try {
    const database = sqliteDriver()(':memory:', {});
    const found = database.prepare('select sqlite_version()').pluck().get() as string;
    database.close();
    return { works: true, version: found };
  } catch (thrown) {
    return { works: false, reason: messageOf(thrown) };
  }
}

/** The folder may not be there yet: then what counts is the nearest one above it that is. */
function writable(folder: string): Outcome {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return { works: true };
  } catch (thrown) {
    return { works: false, reason: `${folder} cannot be written: ${messageOf(thrown)}. Journals go to the temporary folder.` };
  }
}

async function history(location: string | false): Promise<Examination['history']> {
  if (location === false) return { works: true, sessions: false, location: 'nowhere, as the options ask' };
  if (!location.includes('://') && !existsSync(location)) return { works: true, sessions: false, location };
  try {
    const store = await openStore(location, { readonly: true, create: false });
    const found = await store.sessions({ limit: 1 });
    await store.close();
    return { works: true, sessions: found.length > 0, location };
  } catch (thrown) {
    return { works: false, reason: messageOf(thrown), location };
  }
}

/** The first allocation of a fresh process also pays for what V8 sets up: the second is shown. */
function fillBuffer(): Reading {
  const fill = (): Reading => {
    collectGarbage();
    return span('self-check', { probes: 'full' }, () => Buffer.alloc(FILLED).fill(1).length).reading;
  };
  fill();
  return fill();
}

/** @returns nanoseconds: the best of some rounds, since everything else only adds to it */
function pairTime(measuring: Collector, probes: ProbeSet): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.hrtime.bigint();
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const slot = measuring.start(probes);
      measuring.stop(slot);
      measuring.release(slot);
    }
    best = Math.min(best, Number(process.hrtime.bigint() - before) / PAIRS);
  }
  return best;
}
