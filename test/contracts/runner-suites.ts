/**
 * Bodies of test files that every runner can run: describe, test, before and after are in scope, and so are sleep, the file
 * system's writeFileSync and rmSync, and spin(ms), which uses processor time however busy the machine is.
 */

/** For adapters, in CommonJS: what bodies may use beside the runner's own words. */
export const TOOLS = `
const { rmSync, writeFileSync } = require('node:fs');
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const used = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b);
// Looks at the clock now and then only: it makes garbage, which other threads clear away at the same time.
const spin = (ms) => { let sum = 0; for (const end = used() + ms * 1000; used() < end; ) for (let i = 0; i < 1e5; i += 1) sum += i; };
`;

export const OUTCOMES = `
test('passes', () => {});
test('passes later', async () => sleep(2));
test('throws', () => { throw new Error('thrown'); });
test('rejects', async () => { await sleep(1); throw new Error('rejected'); });
test.skip('is skipped', () => {});
test('twin', () => {});
test('twin', () => { throw new Error('the second twin'); });
describe('a suite', () => {
  test('is inside', () => {});
  describe('in a suite', () => {
    test('is inside', () => {});
    test('is inside, and fails', () => { throw new Error('deep'); });
  });
});
describe('twin', () => { test('twin', () => {}); });
describe.skip('a skipped suite', () => { test('is never reached', () => {}); });
for (const value of ['one', 'two']) test('of a loop: ' + value, () => {});
test('quotes " \\' and <b>&amp;</b> and émojis 🙂', () => {});
test('a > b', () => {});
describe('a', () => { test('b', () => {}); });
test('long '.repeat(500) + 'title', () => {});
`;

export const HOOKS = `
describe('beforeEach fails', () => {
  beforeEach(() => { throw new Error('hook'); });
  test('is not reached', () => {});
});
describe('afterEach fails', () => {
  afterEach(() => { throw new Error('hook'); });
  test('passes until then', () => {});
});
describe('beforeAll fails', () => {
  beforeAll(() => { throw new Error('hook'); });
  test('is not reached', () => {});
});
describe('hooks spend time', () => {
  beforeEach(() => spin(31));
  afterEach(() => spin(31));
  test('does nothing itself', () => {});
});
`;

export const SPENDING = `
test('idle', () => sleep(50));
test('spins', () => spin(50));
test('fills', () => { Buffer.alloc(64 << 20, 1); });
test('light', () => {});
`;

/** What users' tests do to the process that they share with us. It stays broken over the end of each body. */
export const HOSTILE = `
const fs = require('node:fs');
describe('hostile', () => {
  const mended = [];
  const replace = (object, name, substitute) => {
    const original = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { ...original, value: substitute });
    mended.push(() => Object.defineProperty(object, name, original));
  };
  afterEach(() => { while (mended.length > 0) mended.pop()(); });
  test('breaks the file system', () => {
    for (const name of ['writeSync', 'openSync', 'appendFileSync', 'mkdirSync', 'closeSync']) {
      replace(fs, name, () => { throw new Error('no file system today'); });
    }
  });
  test('breaks what others rely on', () => {
    replace(JSON, 'stringify', () => 'broken');
    replace(globalThis, 'Date', class Nothing {});
  });
  test('stops the clock', () => {
    replace(process, 'hrtime', Object.assign(() => [0, 0], { bigint: () => 0n }));
  });
  test('has another process', () => {
    replace(process, 'pid', 1);
    replace(process, 'cwd', () => '/nowhere');
  });
  test('goes elsewhere', () => {
    const before = process.cwd();
    process.chdir(require('node:os').tmpdir());
    mended.push(() => process.chdir(before));
  });
  test('empties the environment', () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('SPANMETER')) delete process.env[name];
  });
  test('says things', () => {
    console.log('on the standard output');
    console.error('on the standard error');
  });
  test('fails with a deep stack', () => {
    const deeper = (level) => { if (level === 0) throw new Error('at the bottom'); return deeper(level - 1); };
    deeper(3);
  });
  test('counts the frames of a monitor', () => {
    Error.stackTraceLimit = 200;
    const frames = new Error('x').stack.split('\\n').filter((frame) => frame.includes('spanmeter/dist'));
    Error.stackTraceLimit = 10;
    throw new Error(frames.length + ' frames of a monitor');
  });
});
`;
