/** The session that this process owns: it hands itself over, and at the end delivers what all processes wrote. */
import { isAbsolute, relative } from 'node:path';
import type { BudgetResult } from '../analysis/budget.js';
import { collector } from '../collector/index.js';
import { describeCi, describeContext, hashLockfile, type Lockfile } from '../context/index.js';
import { GROUP_TAG, type SessionRecord } from '../model/records.js';
import { placeWithoutCredentials, withoutCredentials } from '../model/url.js';
import { threadRecorder, warn, type Recorder } from '../recorder/index.js';
import { readAsked, troubleOf, withAsked } from './asked.js';
import { holdToAsked, type Held } from './budget.js';
import type { ResolvedOptions } from './options/index.js';
import { writeFacts, type Facts } from './facts.js';
import type { OwnPlace } from './place.js';
import type { Session, SessionFacts, SessionResult } from './session.js';
import { askSurroundings } from './surroundings.js';

export class OwnSession implements Session {
  readonly owned = true;
  readonly recorder: Recorder = threadRecorder();
  readonly root: string;
  readonly settled: Promise<unknown>;
  readonly #facts: Promise<SessionRecord>;
  #result: Promise<SessionResult> | undefined;
  #isDelivered = false;
  /** Nothing is recorded any more: it is closed, or released. */
  #hasLeft = false;
  /** What is known of the session so far. */
  #known: SessionRecord | undefined;
  #lockfile: Lockfile | undefined;
  /** Git and the package folders have answered. */
  #isAsked = false;

  constructor(
    readonly id: string,
    readonly options: ResolvedOptions,
    readonly places: readonly OwnPlace[],
    readonly environment: Session['environment'],
    readonly warnings: string[],
    { command = ownCommand(), stays = false }: SessionFacts,
    readonly held: Held | undefined | Promise<Held | undefined>,
  ) {
    this.root = options.root;
    const startedAt = collector().binding.now();
    this.#facts = this.#gatherFacts(command, startedAt);
    this.settled = this.#facts;
    if (!stays) process.once('beforeExit', this.#closeUnasked);
    process.once('exit', this.#sayUnclosed);
  }

  processPeaks(): ReadonlyMap<number, number> {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { processPeaks } = require('./process-peaks.js') as typeof import('./process-peaks.js');
    return processPeaks(
      this.places.map((place) => place.folder),
      this.id,
    );
  }

  close({ exitCode }: { readonly exitCode?: number } = {}): Promise<SessionResult> {
    this.#result ??= this.#close(exitCode);
    return this.#result;
  }

  release(exitCode: number): boolean {
    if (this.#isDelivered) return false;
    this.#leave();
    if (this.#known !== undefined) this.#keep({ ...this.#known, finishedAt: collector().binding.now(), exitCode });
    for (const { lock } of this.places) collector().binding.unlock(lock);
    return true;
  }

  /** A script that just ends has no more spans to come. */
  readonly #closeUnasked = (): void => {
    // Somebody who came first at this end of the script did ask.
    if (this.#result !== undefined) return;
    void this.close().then(({ warnings, summary }) => {
      warnings.forEach(warn);
      if (summary?.budget?.failed === true) failFor(summary.budget);
    });
  };

  /** process.exit leaves no time to deliver. */
  readonly #sayUnclosed = (): void => {
    // A listener that is taken off while the event is told hears it all the same.
    if (this.#hasLeft) return;
    warn("the session was not closed before the process ended: the next run delivers its records, or 'spanmeter recover'");
  };

  async #close(exitCode: number | undefined): Promise<SessionResult> {
    this.#leave();
    const finishedAt = collector().binding.now();
    const facts = await this.#facts;
    const lockfileHash = this.#lockfile && (await hashLockfile(this.#lockfile));
    const folders = this.places.map(({ folder }) => folder);
    const asked = readAsked(folders);
    for (const each of troubleOf(asked, this.options)) if (!this.warnings.includes(each)) this.warnings.push(each);
    const session = {
      ...withAsked(facts, asked, this.options),
      finishedAt,
      ...(exitCode !== undefined && { exitCode }),
      ...(lockfileHash !== undefined && { lockfileHash }),
    };
    const budgets = asked.flatMap(({ budget }) => budget ?? []);
    const held = (await this.held) ?? (await holdToAsked(budgets, this.options));
    // Loaded when nothing is measured any more: the store and its driver take megabytes of the process that runs the tests.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { finish } = require('./finish.js') as typeof import('./finish.js');
    const result = await finish(session, this.options, this.places, this.warnings, held);
    this.#isDelivered = true;
    return result;
  }

  #leave(): void {
    this.#hasLeft = true;
    process.off('beforeExit', this.#closeUnasked);
    process.off('exit', this.#sayUnclosed);
    this.recorder.leave();
    if (process.env.SPANMETER_SESSION === this.environment.SPANMETER_SESSION) delete process.env.SPANMETER_SESSION;
  }

  /** Asking git and the package folders takes a while: the run does not wait for it, and a killed owner's heir has the rest. */
  async #gatherFacts(command: string, startedAt: number): Promise<SessionRecord> {
    const ci = describeCi(process.env);
    const known: SessionRecord = {
      id: this.id,
      startedAt,
      description: this.options.description,
      tags: { ...ci.tags, ...(ci.group !== undefined && { [GROUP_TAG]: ci.group }), ...this.options.tags },
      scm: {},
      context: describeContext(),
      command,
      root: this.root,
      packages: [],
    };
    this.#keep(known);
    const { known: around, lockfile } = await askSurroundings(this.root);
    const session: SessionRecord = { ...known, ...around };
    this.#lockfile = lockfile;
    this.#isAsked = true;
    this.#keep(session);
    return session;
  }

  #targets(): Pick<Facts, 'db' | 'remote'> {
    const { db, remote } = this.options;
    return { db: db && placeWithoutCredentials(db), ...(remote !== undefined && { remote: withoutCredentials(remote) }) };
  }

  /** Where they can't be kept now, they may be at the end. */
  #keep(session: SessionRecord): void {
    this.#known = session;
    const facts: Facts = {
      session,
      ...this.#targets(),
      ...(this.#lockfile && { lockfile: this.#lockfile }),
      ...(!this.#isAsked && { unasked: true }),
    };
    writeFacts(this.places, facts);
  }
}

/** The script as one would type it here, and its arguments. */
function ownCommand(): string {
  const [script = '', ...args] = process.argv.slice(1);
  const near = isAbsolute(script) ? relative(process.cwd(), script) : script;
  return [near.startsWith('..') ? script : near, ...args].join(' ');
}

/** Nobody will ask for the result. Without the report's tables: what they need can't be loaded in Jest's sandbox. */
function failFor({ exceeded, refused }: BudgetResult): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { overTable } = require('../model/over.js') as typeof import('../model/over.js');
  const named = exceeded.map(({ reading, judgement }) => ({ ...judgement, key: `${reading.identity.name}: ${judgement.key}` }));
  warn(['a budget was not kept:', ...(named.length > 0 ? overTable(named) : []), ...refused].join('\n'));
  process.exitCode ||= 1;
}
