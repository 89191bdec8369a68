/** A small library, so that the tests have something to do. */
const { createHash, scrypt } = require('node:crypto');
const { promisify } = require('node:util');

/** A catalogue of `count` books. */
function makeCatalogue(count) {
  return Array.from({ length: count }, (_, id) => ({ id, title: `Book ${id}`, author: `Author ${id % 89}`, year: 1900 + (id % 125) }));
}

/** Looks at every book: no memory, but time for each question. */
function findByAuthor(catalogue, author) {
  return catalogue.filter((book) => book.author === author);
}

/** Looks at every book once: memory for the index, and no time later. */
function indexByAuthor(catalogue) {
  const index = new Map();
  for (const book of catalogue) {
    if (!index.has(book.author)) index.set(book.author, []);
    index.get(book.author).push(book);
  }
  return index;
}

/** All cards in one piece: quick, and memory for all of it. */
function printCards(catalogue) {
  return Buffer.from(catalogue.map((book) => JSON.stringify(book).padEnd(256)).join('\n'));
}

function fingerprint(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** On a thread of the pool: this thread waits. */
const hashCard = promisify(scrypt);

module.exports = { makeCatalogue, findByAuthor, indexByAuthor, printCards, fingerprint, hashCard };
