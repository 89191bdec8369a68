const { setTimeout: sleep } = require('node:timers/promises');
const { span } = require('spanmeter');
const { mark } = require('spanmeter/markers');
const { hashPassword } = require('./shop.js');

jest.retryTimes(2);

describe('accounts', () => {
  mark({ component: 'shop.accounts' });

  test('keep passwords hashed, by another thread', async () => {
    // A span measures any stretch inside a test on its own.
    const { value } = await span('hashing', () => hashPassword('secret', 'salt', 150_000, 32, 'sha256'));
    expect(value).toHaveLength(32);
  });
  test('wait for a mail: time, but no work', (done) => {
    setTimeout(done, 60);
  });

  let calls = 0;
  test('need a second try', async () => {
    calls += 1;
    await sleep(10);
    expect(calls).toBeGreaterThan(1);
  });
});
