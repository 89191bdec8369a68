/** The history that the cookbook's recipes are executed on: five builds of a pipeline, each on two machines. */
import { MIB, MS, readingRecord, sessionRecord, writeHistory } from './history.js';

const FIRST_BUILD = 41;
const BUILDS = 5;
const DAY = 86_400e6;
const START = Date.UTC(2026, 4, 4, 9) * 1000;
const MACHINES = [
  { hash: '1'.repeat(32), machine: 'ci-1', cpuModel: 'EPYC 9654', cpuCount: 8, memoryTotal: 32 * 1024 * MIB },
  { hash: '2'.repeat(32), machine: 'ci-2', cpuModel: 'Xeon 6342', cpuCount: 4, memoryTotal: 16 * 1024 * MIB },
];
const TESTS = [
  { file: 'test/cart.test.ts', name: 'adds an item', component: 'shop', cpu: 12 * MS, growth: 1 },
  { file: 'test/cart.test.ts', name: 'makes a report', component: 'shop', cpu: 140 * MS, growth: 40 },
  { file: 'test/pay.test.ts', name: 'charges a card', component: 'payment', cpu: 30 * MS, growth: 2 },
  { file: 'test/pay.test.ts', name: 'refunds', component: 'payment', cpu: 55 * MS, growth: 3 },
  { file: 'test/files.test.ts', name: 'reads a backup', component: 'files', cpu: 25 * MS, growth: 16 },
];

export async function writeCookbookHistory(file: string): Promise<void> {
  const sessions = [];
  const readings = [];
  for (let build = 0; build < BUILDS; build++) {
    for (const [place, context] of MACHINES.entries()) {
      const session = sessionRecord(`${build + 1}${place + 1}ab`, {
        startedAt: START + build * DAY + place * 60e6,
        tags: { pipeline_branch: 'main', pipeline_build_no: String(FIRST_BUILD + build) },
        scm: { revision: `${build + 1}`.repeat(40), branch: 'main' },
        context,
        packages: [{ name: 'vite', version: build < 3 ? '7.0.6' : '7.1.0' }],
      });
      sessions.push(session);
      for (const [index, { file: of, name, component, cpu, growth }] of TESTS.entries()) {
        // The second machine is slower, the new vite dearer, and one test needs more memory from build to build.
        const factor = (1 + place * 0.5) * (build < 3 ? 1 : 1.2);
        const numbers = {
          wall_time: Math.round(cpu * factor * 1.1),
          cpu_time: Math.round(cpu * factor),
          peak_growth: (growth + (name === 'makes a report' ? build * 4 : 0)) * MIB,
        };
        const isFlaky = name === 'refunds' && build === 2 && place === 1;
        const more = { component, startedAt: session.startedAt + (index + 1) * 1e6 };
        const sequence = index * 2 + 1;
        readings.push(readingRecord(session.id, sequence, { file: of, name }, numbers, { ...more, status: isFlaky ? 'failed' : 'passed' }));
        if (isFlaky) readings.push(readingRecord(session.id, sequence + 1, { file: of, name }, numbers, { ...more, retry: 1 }));
      }
    }
  }
  await writeHistory(file, sessions, readings);
}
