/** Runs a command line. The one place where errors are printed and exit codes are decided. */
import { CommanderError } from 'commander';
import { SpanmeterError, messageOf } from '../model/errors.js';
import { visible } from '../model/visible.js';
import { painter } from '../report/terminal.js';
import { COMMANDS } from './commands.js';
import { EXIT } from './exit-codes.js';
import { terminalOf, type Io } from './io.js';
import { buildProgram } from './program.js';

const HOW_TO_REPORT = "Please report it, with what SPANMETER_DEBUG=1 prints and with the output of 'spanmeter doctor'.";

/** @returns the exit code */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(io, (finished) => {
    code = finished;
  });
  try {
    await program.parseAsync(usual(argv), { from: 'user' });
    return code;
  } catch (thrown) {
    return explain(thrown, argv, io);
  }
}

/** Words that people try, in the way that commander has for them. */
function usual(argv: readonly string[]): readonly string[] {
  const [first = '', command, ...rest] = argv;
  if (['version', '-V'].includes(first)) return ['--version'];
  if (first !== 'help' || command === undefined) return argv;
  // An unknown one is then refused as everywhere.
  return COMMANDS.some(({ name }) => name === command) ? [command, '--help'] : [command, ...rest];
}

function explain(thrown: unknown, argv: readonly string[], io: Io): number {
  if (thrown instanceof CommanderError) return explainUse(thrown, argv, io);
  say(io, thrown instanceof SpanmeterError ? thrown.message : `This should not have happened: ${messageOf(thrown)}\n${HOW_TO_REPORT}`);
  if ((io.env['SPANMETER_DEBUG'] ?? '') !== '' && thrown instanceof Error) io.stderr.write(`${thrown.stack ?? ''}\n`);
  return EXIT.wrong;
}

function explainUse(error: CommanderError, argv: readonly string[], io: Io): number {
  if (error.exitCode === 0) return EXIT.done;
  // Without any command, commander has printed the help.
  if (error.code === 'commander.help') return EXIT.wrong;
  const known = error.message.replace(/^error: /, '');
  const command = argv[0] === undefined || argv[0].startsWith('-') || error.code === 'commander.unknownCommand' ? '' : ` ${argv[0]}`;
  say(io, `${known}\nspanmeter${command} --help shows what there is.`);
  return EXIT.wrong;
}

function say(io: Io, message: string): void {
  const [first = '', ...rest] = message.split('\n').map(visible);
  const { red } = painter(terminalOf(io, 'stderr'));
  io.stderr.write(`${[`${red('spanmeter:')} ${first}`, ...rest].join('\n')}\n`);
}
