/** Processes that are killed at any moment: every finished span is delivered once, and the one that was open is named. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openStore } from '../dist/store/index.js';
import type { StoredReading } from '../dist/store/contract.js';
import { openSession } from '../dist/index.js';
import { PACKAGE, cleanEnvironment, start } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const KILLS = 200;
const AT_ONCE = 4;

/** Measures span after span, and says after each one that it has ended. */
const WORKER = `
  const { span } = require(${JSON.stringify(PACKAGE)});
  const { writeSync } = require('node:fs');
  process.stdin.resume();
  for (let index = 0; index < 100000; index += 1) {
    const open = span(process.argv[1] + ' ' + index);
    if (index % 3 === 0) for (const end = performance.now() + Math.random(); performance.now() < end;);
    open.stop();
    writeSync(1, index + '\\n');
  }`;

/** @returns how many spans of it had surely ended when it was killed */
async function killOne(name: string, cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const worker = start(process.execPath, ['-e', WORKER, name], { cwd, env });
  await worker.said('\n');
  // From before the next write to some hundreds of spans later.
  await sleep(Math.random() * 40);
  worker.child.kill('SIGKILL');
  const { stdout } = await worker.ended;
  return stdout.split('\n').length - 1;
}

test(`${KILLS} workers killed at random times lose nothing`, async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'package.json'), '{}');
  const before = cleanEnvironment();
  const session = await openSession({ root });
  const said = new Map<string, number>();
  const names = Array.from({ length: KILLS }, (_, index) => `worker ${index}`);
  const lanes = Array.from({ length: AT_ONCE }, (_, lane) => names.filter((__, index) => index % AT_ONCE === lane));
  await Promise.all(
    lanes.map(async (lane) => {
      for (const name of lane) said.set(name, await killOne(name, root, { ...before, ...session.environment }));
    }),
  );
  const { warnings, torn } = await session.close();
  expect([warnings, torn]).toEqual([[], 0]);

  const store = await openStore(join(root, '.spanmeter/history.db'), { readonly: true });
  const readings = await store.readings({ session: session.id });
  await store.close();
  const byWorker = new Map<string, StoredReading[]>();
  for (const reading of readings) {
    const [worker] = /^worker \d+/.exec(reading.identity.name) ?? [''];
    byWorker.set(worker, [...(byWorker.get(worker) ?? []), reading]);
  }
  expect(byWorker.size).toBe(KILLS);
  let open = 0;
  for (const [worker, rows] of byWorker) {
    const finished = rows.filter(({ status }) => status === 'passed').map(({ identity }) => identity.name);
    const interrupted = rows.filter(({ status }) => status === 'interrupted').map(({ identity }) => identity.name);
    const announced = said.get(worker) ?? NaN;
    // What was announced is there, and at most the one that had ended but not been announced yet.
    expect(finished).toEqual(Array.from({ length: finished.length }, (_, index) => `${worker} ${index}`));
    expect([announced, announced + 1]).toContain(finished.length);
    expect(interrupted.length).toBeLessThanOrEqual(1);
    if (interrupted.length === 1) expect(interrupted).toEqual([`${worker} ${finished.length}`]);
    open += interrupted.length;
  }
  // The kills did hit open spans, and hit between two of them as well.
  expect(open).toBeGreaterThan(0);
  expect(readdirSync(join(root, '.spanmeter'))).not.toContain('journal');
}, 180_000);
