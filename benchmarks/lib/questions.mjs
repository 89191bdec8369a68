// What the commands ask of a history, by the functions that they call, and whole commands in this process.
import { countReadings, findSessionOrGroup, groupQuery, groupTotals, projectsOf, readingsOf, topOf } from '../../dist/client/group.js';
import { leafKinds } from '../../dist/client/leaf-kinds.js';
import { main } from '../../dist/cli/main.js';
import { verdict } from './met.mjs';

const ROUNDS = 7;

/** The median of some rounds, against its goal in milliseconds. @param ask tells how many rows it got */
export async function time(name, goal, ask) {
  const times = [];
  let rows;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    rows = await ask();
    times.push(performance.now() - start);
  }
  const median = times.toSorted((a, b) => a - b)[ROUNDS >> 1];
  const goals = goal === undefined ? '' : `; ${verdict(median, goal, { unit: 'ms' })}, ${share(median, goal)} of it`;
  console.log(`  ${name.padEnd(60)} ${median.toFixed(1).padStart(7)} ms  (first ${times[0].toFixed(1)}; ${rows} rows${goals})`);
}

const share = (median, goal) => `${((median / goal) * 100).toFixed(0)} %`;
const count = (asked) => async () => (await asked()).length;

/** Each question by itself. @param ids sessions that are read as one */
export async function timeItems(store, ids, goal) {
  const kinds = leafKinds(await store.totals(ids[0]));
  const items = (query) => count(() => readingsOf(store, ids, query));
  await time('items: the first 30', goal, items({ kinds, limit: 30 }));
  await time('items: the first 30 that failed', goal, items({ kinds, statuses: ['failed'], limit: 30 }));
  await time('items: the first 30 with a text', goal, items({ kinds, search: 'PART-17', limit: 30 }));
  await time('items: the first 30 with a text that none has', goal, items({ kinds, search: 'nowhere', limit: 30 }));
  await time('items: what was interrupted', goal, items({ statuses: ['interrupted'], limit: 30 }));
  await time('items: how many', goal, () => countReadings(store, ids, { kinds }));
  await time('items: how many failed', goal, () => countReadings(store, ids, { kinds, statuses: ['failed'] }));
  await time('items: how many with a text', goal, () => countReadings(store, ids, { kinds, search: 'PART-17' }));
  await time('the item of the whole session', goal, items({ kinds: ['session'], limit: 1 }));
  await time('projects', goal, async () => (await projectsOf(store, ids)).size);
  for (const by of ['cpu_time', 'peak_growth'])
    await time(
      `the 10 with the most ${by}`,
      goal,
      count(() => topOf(store, ids, { kinds, by, limit: 10 })),
    );
}

export async function timeSessions(store, { middle, group }, goal) {
  const list = (query) => count(() => store.sessions(query));
  const main = { tag: { name: 'pipeline_branch', value: 'main' } };
  await time('sessions: the newest 20', goal, list({ limit: 20 }));
  await time('sessions: how many', goal, () => store.countSessions({ limit: 20 }));
  await time('sessions: all', goal, list({}));
  await time('sessions: 20 of a tag that all have', goal, list({ ...main, limit: 20 }));
  await time('sessions: how many have a tag that all have', goal, () => store.countSessions(main));
  await time('sessions: those of a group', goal, list(groupQuery(group)));
  await time('sessions: 20 of a revision', goal, list({ revision: middle.scm.revision.slice(0, 8), limit: 20 }));
  await time('one session with its context and packages', goal, async () => (await store.session(middle.id)).packages.length);
  await time(
    'totals',
    goal,
    count(() => store.totals(middle.id)),
  );
  for (const name of [
    'last',
    'last~1',
    middle.id.slice(0, 8),
    middle.scm.revision.slice(0, 10),
    'pipeline_branch=main',
    'pipeline_build_no=7',
  ])
    await time(`named ${name}`, goal, async () => (await findSessionOrGroup(store, name, undefined)).ids.length);
  await time(
    'totals of a group',
    goal,
    count(() => groupTotals(store, groupQuery(group))),
  );
}

/** All that `show` and `top` ask, one after the other, as they do. */
export async function timeSums(store, name, group, goal) {
  await time('all that show asks', goal, async () => {
    const { ids, totals } = await findSessionOrGroup(store, name, group);
    const filter = { kinds: leafKinds(totals) };
    const items = await readingsOf(store, ids, { ...filter, limit: 30 });
    await readingsOf(store, ids, { statuses: ['interrupted'], limit: 30 });
    await countReadings(store, ids, filter);
    await projectsOf(store, ids);
    if (ids.length === 1) await store.readings({ session: ids[0], kinds: ['session'], limit: 1 });
    return items.length;
  });
  await time('all that top asks', goal, async () => {
    const { ids, totals } = await findSessionOrGroup(store, name, group);
    const items = await topOf(store, ids, { kinds: leafKinds(totals), by: 'cpu_time', limit: 10 });
    await projectsOf(store, ids);
    return items.length;
  });
}

/** With options, opening the history and printing, but without the start of Node. */
export async function timeCommands(location, commands, goal) {
  for (const words of commands)
    await time(`spanmeter ${words.join(' ')}`, goal, async () => {
      let text = '';
      const output = { write: (more) => (text += more), columns: 120 };
      const code = await main([...words, '--db', location], { stdout: output, stderr: output, env: {}, cwd: import.meta.dirname });
      if (code !== 0) throw new Error(text);
      return text.split('\n').length - 1;
    });
}
