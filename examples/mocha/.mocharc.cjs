module.exports = {
  spec: ['*.test.cjs'],
  // `npx mocha` measures with this line. `npx spanmeter run -- mocha` needs none.
  require: ['spanmeter/mocha'],
};
