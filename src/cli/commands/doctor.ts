import { doctorJson, renderDoctor } from '../../report/doctor.js';
import { toJson } from '../../report/json.js';
import type { CliCommand } from '../command.js';
import { examine } from '../examine.js';
import { EXIT } from '../exit-codes.js';
import { optionsOf } from '../history.js';
import { terminalOf } from '../io.js';

export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'tell what can be measured here, and how exactly',
  description: 'Tells what this machine can measure, in which mode and with which precision, why something is missing, and tries it out.',
  examples: [
    { line: 'spanmeter doctor', does: 'for people' },
    { line: 'spanmeter doctor --json', does: 'for bug reports and programs' },
  ],
  configure: (command) => command,
  run: async (io, _, flags) => {
    const found = await examine(await optionsOf(io, flags));
    io.stdout.write(
      flags['json'] === true
        ? toJson(doctorJson(found))
        : renderDoctor(found, terminalOf(io, 'stdout'), { quiet: flags['quiet'] === true }),
    );
    return EXIT.done;
  },
};
