/** eslint, prettier, clang-format and the type checks over the whole tree; `--fix` is handed on to eslint. `npm run lint` */
import './lib/check-node.mjs';
import { format, formatCxx, lint, types } from './lib/checks.mjs';
import { main } from './lib/run.mjs';

await main(async () => {
  await lint(...process.argv.slice(2));
  await format();
  await formatCxx();
  await types();
});
