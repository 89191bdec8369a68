/** A small shopping cart, so that the tests have something to do. */
const { gzip, gzipSync } = require('node:zlib');
const { promisify } = require('node:util');

class Cart {
  #lines = new Map();

  add(product, price, count = 1) {
    const line = this.#lines.get(product) ?? { price, count: 0 };
    this.#lines.set(product, { price, count: line.count + count });
    return this;
  }

  /** Cents. */
  get total() {
    return [...this.#lines.values()].reduce((sum, { price, count }) => sum + price * count, 0);
  }
}

/** The whole catalogue in one piece: quick, and memory for all of it. */
function catalogue(count) {
  return Buffer.from(Array.from({ length: count }, (_, id) => `product ${id}`.padEnd(256)).join('\n'));
}

/** On this thread. */
const pack = (content) => gzipSync(content);
/** On a thread of the pool: this thread waits. */
const packLater = promisify(gzip);

module.exports = { Cart, catalogue, pack, packLater };
