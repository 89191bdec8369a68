/** The memory of a tree of processes, seen from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { familyByParents, familyOf } from '../dist/session/process-family.js';
import { watchTree } from '../dist/session/tree.js';

const MIB = 2 ** 20;

/** Starts `depth` Node processes, each the parent of the next; the last one fills a Buffer. Each says a line when it is there. */
async function family(depth: number, mib: number): Promise<number> {
  const source = `
    const depth = Number(process.argv[1]);
    const kept = depth === 0 ? Buffer.alloc(${mib * MIB}).fill(1) : undefined;
    if (depth > 0) require('node:child_process').spawn(process.execPath, ['-e', process.env.SOURCE, depth - 1], { stdio: ['pipe', 1, 2] });
    else console.log('all there');
    process.stdin.resume().on('end', () => process.exit(kept?.length === 0 ? 1 : 0));`;
  const child = spawn(process.execPath, ['-e', source, String(depth)], {
    env: { ...process.env, SOURCE: source },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    // The end of its input ends each of them.
    child.kill('SIGKILL');
    if (child.exitCode === null) await once(child, 'exit');
  });
  await once(child.stdout, 'data');
  return child.pid!;
}

describe.runIf(process.platform === 'linux')('a tree of processes', () => {
  it('is found whole, also on a kernel without lists of children', async () => {
    const root = await family(3, 1);
    const found = familyOf(root);
    expect(found).toHaveLength(4);
    expect(found[0]).toBe(root);
    expect(familyByParents(root)).toEqual(found);
    expect(familyOf(process.pid)).toContain(root);
  });

  it('of a process that has ended is just its number', () => {
    expect(familyOf(2 ** 22 + 1)).toEqual([2 ** 22 + 1]);
  });

  it('has its largest process and the sum of all as bounds', async () => {
    const root = await family(1, 200);
    const watch = watchTree(root);
    await setTimeout(60);
    const { largest, sum } = watch.stop(new Map(), NaN);
    expect(largest).toBeGreaterThan(200 * MIB);
    expect(largest).toBeLessThan(320 * MIB);
    expect(sum - largest).toBeGreaterThan(20 * MIB);
    expect(sum - largest).toBeLessThan(150 * MIB);
  });

  it('costs next to nothing to watch', async () => {
    const root = await family(2, 1);
    const before = process.cpuUsage();
    const watch = watchTree(root);
    await setTimeout(3000);
    watch.stop(new Map(), NaN);
    const { user, system } = process.cpuUsage(before);
    // 1 % of 3 s is 30 ms; the rest is what an idle test worker does besides.
    expect(user + system).toBeLessThan(90_000);
  });

  it('has as largest process what the kernel tells at its end, where that is more than was seen', () => {
    const { largest, sum } = watchTree(process.pid).stop(new Map([[process.pid, 50 * MIB]]), 900 * MIB);
    expect([largest, sum]).toEqual([900 * MIB, 900 * MIB]);
    expect(watchTree(2 ** 22 + 1).stop(new Map(), 80 * MIB)).toEqual({ largest: 80 * MIB, sum: 80 * MIB });
  });

  it('that was never seen has no numbers', () => {
    expect(watchTree(2 ** 22 + 1).stop(new Map(), NaN)).toEqual({ largest: NaN, sum: NaN });
  });

  it('what a process knows of its own peak goes before what was seen of it', () => {
    const [seen, gone] = [process.pid, 2 ** 22 + 2];
    const known = 5000 * MIB;
    const { largest, sum } = watchTree(seen).stop(
      new Map([
        [seen, known],
        [gone, 7 * MIB],
      ]),
      NaN,
    );
    expect(largest).toBe(known);
    // Processes that nobody saw, because they came and went too soon, count as well.
    expect(sum - known).toBeGreaterThanOrEqual(7 * MIB);
  });
});
