const assert = require('node:assert');
const { setTimeout: sleep } = require('node:timers/promises');
const { span } = require('spanmeter');
const { mark } = require('spanmeter/markers');
const { findByAuthor, fingerprint, hashCard, indexByAuthor, makeCatalogue, printCards } = require('./library.cjs');

describe('the catalogue', () => {
  mark({ component: 'library.catalogue' });
  const catalogue = makeCatalogue(20_000);

  it('is searched book by book', () => {
    for (let author = 0; author < 89; author += 1) assert.ok(findByAuthor(catalogue, `Author ${author}`).length > 200);
  });
  it('is searched by an index', () => {
    // A span measures any stretch inside a test on its own.
    const { value: index } = span('making the index', () => indexByAuthor(catalogue));
    for (let author = 0; author < 89; author += 1) assert.ok(index.get(`Author ${author}`).length > 200);
  });
  it('is printed, at the price of some memory', () => {
    const large = makeCatalogue(60_000);
    mark({ tags: { books: large.length } });
    assert.equal(fingerprint(printCards(large)).length, 64);
  });
  it('can be sorted by colour');
});

describe('readers', () => {
  it('have cards, which are hashed on another thread', async () => {
    assert.equal((await hashCard('secret', 'salt', 32)).length, 32);
  });
  it('wait for their books: time, but no work', (done) => {
    setTimeout(done, 60);
  });
  it('need a second try', async function () {
    this.retries(2);
    await sleep(10);
    assert.ok(this.test.currentRetry() > 0);
  });
});
