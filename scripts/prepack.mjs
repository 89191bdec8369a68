/** npm runs this before it packs: everything that `files` of package.json names must be there and up to date. */
import './lib/check-node.mjs';
import { build } from './build.mjs';
import { makePrebuilds } from './lib/prebuilds.mjs';
import { main } from './lib/run.mjs';

await main(async () => {
  await build();
  await makePrebuilds();
});
