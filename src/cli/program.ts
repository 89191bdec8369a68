/** Builds the commander program from the registry. */
import { Command, type Help } from 'commander';
import type { CliCommand } from './command.js';
import { COMMANDS } from './commands.js';
import { addSharedFlags, refuseDashes } from './flags.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { terminalOf } from './io.js';
import { wrap } from '../model/visible.js';
import { version } from './version.js';

const ABOUT = 'What every JavaScript test costs: wall time, CPU, the true memory peak and I/O, with a history.';
const CODES = `Exit codes: ${EXIT.done} done; ${EXIT.failed} a regression or an exceeded budget; ${EXIT.wrong} wrong use or input; ${EXIT.undecided} undecided, with compare --strict. 'run' passes on the exit code of its command.`;

/** @param finish receives the exit code of the command that ran */
export function buildProgram(io: Io, finish: (code: number) => void): Command {
  const program = prepare(new Command('spanmeter'), io);
  program
    .description(ABOUT)
    .version(version(), '-v, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help; also after a command')
    .helpCommand('help [command]', 'print help; of a command its own')
    .enablePositionalOptions()
    .addHelpText('after', `\n${wrap(CODES, terminalOf(io, 'stdout').columns).join('\n')}`);
  for (const definition of COMMANDS) addCommand(program, definition, io, finish);
  return program;
}

function addCommand(program: Command, definition: CliCommand, io: Io, finish: (code: number) => void): void {
  const command = prepare(program.command(definition.name), io);
  command.summary(definition.summary).description(definition.description).helpOption('-h, --help', 'Print this');
  definition.configure(command);
  addSharedFlags(command, definition);
  command.options.forEach(refuseDashes);
  command.addHelpText('after', examplesText(definition));
  command.action(async () => {
    const args = command.processedArgs as (string | string[] | undefined)[];
    const single = args.map((each) => (Array.isArray(each) ? undefined : each));
    finish(await definition.run(io, single, command.opts(), args.find(Array.isArray) ?? []));
  });
}

export function examplesText({ examples }: Pick<CliCommand, 'examples'>): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  return ['', 'Examples:', ...examples.map(({ line, does }) => `  ${line.padEnd(width)}  ${does}`)].join('\n');
}

/** Nothing in commander prints errors or exits: `main` does. */
function prepare(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp(helpStyle(io))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined,
      getOutHasColors: () => terminalOf(io, 'stdout').color,
      getErrHasColors: () => terminalOf(io, 'stderr').color,
    });
}

function helpStyle(io: Io): Partial<Help> & { helpWidth: number } {
  return {
    helpWidth: terminalOf(io, 'stdout').columns,
    sortOptions: false,
    subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/\[options\] ?/, '')}`.trim(),
  };
}
