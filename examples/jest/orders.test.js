/**
 * @spanmeter-component shop.orders
 * @spanmeter-tag team=blue
 */
const { fingerprint, makeOrders, report, totals } = require('./shop.js');

describe('orders', () => {
  test('are summed by customer', () => {
    expect(totals(makeOrders(1000)).size).toBe(97);
  });
  test('make a report, at the price of some memory', () => {
    expect(fingerprint(report(makeOrders(60_000)))).toHaveLength(64);
  });
  // One item in the history, with a variant for each row.
  test.each([1_000, 10_000, 100_000])('%i of them are summed', (count) => {
    expect(totals(makeOrders(count)).size).toBe(97);
  });
  test.todo('can be cancelled');
});
