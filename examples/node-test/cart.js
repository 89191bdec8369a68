/** A small shopping cart, so that the tests have something to do. */
const { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } = require('node:zlib');
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

/** A change that somebody may make one day: half the size, and at what price? `SHOP_PACKING=brotli` makes it. */
const isBrotli = process.env.SHOP_PACKING === 'brotli';
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** On this thread. */
const pack = (content) => (isBrotli ? brotliCompressSync(content, options) : gzipSync(content));
/** On a thread of the pool: this thread waits. */
const packLater = isBrotli ? (content) => promisify(brotliCompress)(content, options) : promisify(gzip);

module.exports = { Cart, catalogue, pack, packLater };
