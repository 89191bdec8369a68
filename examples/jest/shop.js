/** A small shop, so that the tests have something to do. */
const { createHash, pbkdf2 } = require('node:crypto');
const { promisify } = require('node:util');

/** Totals are in cents. */
exports.makeOrders = (count) =>
  Array.from({ length: count }, (_, id) => ({ id, customer: `customer ${id % 97}`, total: (id * 7919) % 100_000 }));

/** Sums by customer: one pass, little memory. */
exports.totals = (orders) => {
  const sums = new Map();
  for (const { customer, total } of orders) sums.set(customer, (sums.get(customer) ?? 0) + total);
  return sums;
};

/** The whole report in one piece: quick, and memory for all of it. */
exports.report = (orders) => Buffer.from(orders.map((order) => JSON.stringify(order).padEnd(256)).join('\n'));

exports.fingerprint = (content) => createHash('sha256').update(content).digest('hex');

/** On a thread of the pool: this thread waits. */
exports.hashPassword = promisify(pbkdf2);
