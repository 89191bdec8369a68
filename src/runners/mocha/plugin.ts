/** `--require spanmeter/mocha`, on the command line or in .mocharc; in a script, before `new Mocha()`. Options come from the environment and the config file. */
import { messageOf } from '../../model/errors.js';
import { isSwitchedOff } from '../../model/switch.js';
import { say } from '../say.js';
import { findMocha } from './find.js';
import { watch } from './watch.js';

if (!isSwitchedOff(process.env)) {
  try {
    const mocha = findMocha();
    if (mocha === undefined) say('no test is measured: there is no Mocha to be found from here');
    else watch(mocha);
  } catch (thrown) {
    say(`no test is measured: ${messageOf(thrown)}`);
  }
}
