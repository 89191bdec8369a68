/** Formats the whole tree. `npm run format` */
import './lib/check-node.mjs';
import { writeFormat } from './lib/checks.mjs';
import { main } from './lib/run.mjs';

await main(writeFormat);
