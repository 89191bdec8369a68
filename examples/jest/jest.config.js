/** `npx jest` measures with these two lines. `npx spanmeter run -- jest` needs none. */
module.exports = {
  testEnvironment: 'node',
  testRunner: 'spanmeter/jest',
  reporters: ['default', 'spanmeter/jest/reporter'],
};
