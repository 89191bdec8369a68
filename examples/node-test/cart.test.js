const assert = require('node:assert/strict');
const { setTimeout: sleep } = require('node:timers/promises');
const { describe, it, test } = require('node:test');
const { mark } = require('spanmeter/markers');
const { Cart, catalogue, pack, packLater } = require('./cart.js');

describe('a cart', () => {
  mark({ component: 'shop.cart' });

  it('is empty at first', () => assert.equal(new Cart().total, 0));
  it('sums what is in it', () => assert.equal(new Cart().add('tea', 450, 2).add('cup', 1200).total, 2100));
  it.todo('forgets what is sold out');
});

describe('the catalogue', () => {
  mark({ component: 'shop.catalogue' });

  it('is made in one piece, at the price of some memory', () => assert.equal(catalogue(100_000).length, 25_699_999));
  it('is packed on this thread', () => assert.ok(pack(catalogue(80_000)).length > 0));
  it('is packed on another thread', async () => assert.ok((await packLater(catalogue(80_000))).length > 0));
});

test('an order, step by step', async (t) => {
  const cart = new Cart();
  await t.test('something is put into the cart', () => void cart.add('tea', 450));
  await t.test('the payment service answers after a while: time, but no work', () => sleep(40));
  await t.test('the receipt says the total', () => assert.equal(cart.total, 450));
});
