/** `spanmeter/node-test`: `node --require spanmeter/node-test --test`, and the same without `--test` for a single file. */
import { messageOf } from '../../model/errors.js';
import { say } from '../say.js';
import { attach } from './attach.js';

try {
  attach();
} catch (thrown) {
  say(`no test is measured: ${messageOf(thrown)}`);
}
