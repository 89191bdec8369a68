/** The pictures of the documentation, drawn from made-up numbers: always the same. */
import { createRequire } from 'node:module';
import { inRoot } from './paths.mjs';

const MS = 1e6;
const MIB = 2 ** 20;
const DAY = 86_400e6;
const STARTED_AT = Date.UTC(2026, 2, 14, 15, 9, 26) * 1000;
const SUBTITLE = '2026-03-14 15:09:26 UTC, 12da82af, revision 8c1f02de, vitest run';

/** Name, wall time in ms, the share of it that was computed, MiB that the process grew by. */
const SHOP = [
  ['orders > make a report, at the price of some memory', 131, 1.3, 82],
  ['orders > are summed up by month', 58, 0.97, 21],
  ['orders > with no lines are refused', 2.1, 0.9, 0.1],
  ['orders > come back from the archive', 88, 0.4, 34],
  ['files > a backup is written and read', 64, 0.8, 16],
  ['files > a missing folder is made', 4.6, 0.5, 0.2],
  ['files > names of any language survive', 9.2, 0.7, 0.6],
  ['passwords > are hashed on another thread', 97, 1, 32],
  ['passwords > that leaked are refused', 12, 0.9, 3.4],
  ['payments > answer after a while: time, but no work', 160, 0.02, 0.3],
  ['payments > are tried again', 71, 0.05, 0.5],
  ['payments > end with a receipt', 31, 0.6, 5.5],
];

/** @returns {Promise<ReadonlyMap<string, string>>} SVG by the name of its file */
export async function docsPictures() {
  const require = createRequire(import.meta.url);
  const { components, history, items, scatter, timeline } = require(inRoot('dist/report/plot/index.js'));
  const run = shop();
  const many = [1, 1.3, 0.8, 1.9, 0.6, 2.4].flatMap((factor) => shop(factor));
  const { metrics, sessions } = overTime();
  const options = { subtitle: SUBTITLE, width: 820 };
  const drawn = {
    items: items(run, options),
    history: history(metrics, sessions, { width: 820 }),
    components: components(many, { ...options, subtitle: 'the newest 6 sessions' }),
    timeline: timeline(run, options),
    scatter: scatter(many, options),
  };
  return new Map(await Promise.all(Object.entries(drawn).map(async ([name, picture]) => [`${name}.svg`, (await picture).svg])));
}

function shop(factor = 1) {
  const free = { 1: 0, 2: 0 };
  const rss = { 1: 74, 2: 71 };
  return SHOP.map(([title, wall, share, growth], index) => {
    const [component, name] = title.split(' > ');
    const worker = free[1] <= free[2] ? 1 : 2;
    const time = wall * factor * (1 + ((index * 7) % 5) / 20);
    const grown = growth * factor;
    const before = rss[worker];
    const startedAt = STARTED_AT + Math.round(free[worker] * 1000);
    free[worker] += time + 3;
    rss[worker] = before + grown * 0.4;
    return metric({
      ...{
        writer: `worker ${worker}`,
        sequence: index + 1,
        file: `test/${component}.test.ts`,
        describe: [component],
        name,
        component,
        startedAt,
      },
      ...{ wallTime: Math.round(time * MS), cpuTime: Math.round(time * share * MS), status: index === 10 ? 'failed' : 'passed' },
      ...{ rssBefore: before * MIB, peakRss: (before + grown) * MIB, peakGrowth: Math.round(grown * MIB), rssAfter: rss[worker] * MIB },
    });
  });
}

/** One test in 24 sessions; a package makes it slower, the next version less so. */
function overTime() {
  const sessions = Array.from({ length: 24 }, (_, index) => ({
    ...{
      id: `${index}`.padStart(32, '0'),
      startedAt: STARTED_AT + index * DAY,
      description: '',
      tags: {},
      command: 'vitest run',
      root: '/shop',
    },
    scm: { revision: ((index + 1) * 0x9e3779b1).toString(16).padStart(8, '0').slice(-8) },
    packages: [{ name: 'zod', version: index < 9 ? '4.0.17' : index < 17 ? '4.1.0' : '4.1.2' }],
  }));
  const metrics = sessions.flatMap(({ id, startedAt }, index) =>
    Array.from({ length: 1 + (index % 3) }, (_, attempt) => {
      const base = index < 9 ? 128 : index < 17 ? 181 : 146;
      const wallTime = (base + ((index * 11 + attempt * 17) % 23) - 11) * MS;
      const status = index === 11 && attempt === 0 ? 'failed' : 'passed';
      return metric({ ...whatWasSlow, session: id, sequence: attempt + 1, repeat: attempt, startedAt, wallTime, status });
    }),
  );
  return { metrics, sessions };
}

const whatWasSlow = {
  writer: 'worker 1',
  file: 'test/orders.test.ts',
  describe: ['orders'],
  name: 'make a report, at the price of some memory',
};

function metric(more) {
  return {
    session: 'one',
    context: '',
    kind: 'test',
    project: '',
    variant: '',
    ordinal: 0,
    component: '',
    tags: {},
    foreign: false,
    ...more,
  };
}
