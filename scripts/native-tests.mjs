/** The C++ unit tests alone. `npm run test:native` */
import './lib/check-node.mjs';
import { cxxTests } from './lib/cxx-tests.mjs';
import { main } from './lib/run.mjs';

await main(async () => {
  const { passed, failed } = await cxxTests();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});
