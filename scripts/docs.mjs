/** Rewrites the tables of the documentation that follow from the code. `npm run docs` */
import './lib/check-node.mjs';
import { compileTypeScript } from './lib/types.mjs';
import { writeDocs } from './lib/docs.mjs';
import { main } from './lib/run.mjs';

await main(async () => {
  await compileTypeScript();
  await writeDocs();
});
