/** The reference of the commands, from the definitions that the command line itself is built from. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { table } from './table.mjs';

const require = createRequire(import.meta.url);

export function commandReference() {
  const { COMMANDS } = require(join(ROOT, 'dist', 'cli', 'commands.js'));
  const { buildProgram } = require(join(ROOT, 'dist', 'cli', 'program.js'));
  const nowhere = { write: () => undefined };
  const program = buildProgram({ stdout: nowhere, stderr: nowhere, env: {}, cwd: ROOT }, () => undefined);
  return program.commands
    .map((command) =>
      section(
        command,
        COMMANDS.find(({ name }) => name === command.name()),
      ),
    )
    .join('\n\n');
}

function section(command, { description, examples }) {
  const width = Math.max(...examples.map(({ line }) => line.length));
  const parts = [
    `### ${command.name()}`,
    `\`spanmeter ${command.name()} ${command.usage()}\``,
    description,
    table(
      ['argument or flag', 'what it is'],
      [
        ...command.registeredArguments.map((argument) => [`\`${argument.name()}\``, withDefault(argument)]),
        ...command.options.map((option) => [`\`${option.flags}\``, withDefault(option)]),
      ],
    ),
    ['```sh', ...examples.map(({ line, does }) => `${line.padEnd(width)}  # ${does}`), '```'].join('\n'),
  ];
  return parts.join('\n\n');
}

function withDefault({ description, defaultValue }) {
  return defaultValue === undefined ? description : `${description} (default: ${defaultValue})`;
}
