import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SpanmeterError, messageOf, type ErrorCode } from '../../model/errors.js';
import { isSwitchedOff } from '../../model/switch.js';
import { summaryJson, toJson } from '../../report/json.js';
import { renderBudget } from '../../report/budget.js';
import { renderSummary } from '../../report/summary.js';
import { openSession, type Session } from '../../session/index.js';
import { optionsFromFlags } from '../../session/options/index.js';
import { recordCommand } from '../../session/record-command.js';
import { runChild, type Ended } from '../child.js';
import type { CliCommand, Flags } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findCommand } from '../find-command.js';
import { terminalOf, type Io } from '../io.js';
import { withAttach } from '../node-options.js';
import { quoted } from '../../report/quoted.js';
import { sayWarnings } from '../warnings.js';

/** Milliseconds. Git is ready sooner in all but huge repositories, where its few ticks of CPU don't matter beside the command's. */
const LONGEST_WAIT_FOR_GIT = 100;

export const run: CliCommand = {
  name: 'run',
  summary: 'run a command and record what it costs',
  description:
    'Runs a command, passes on its output, signals and exit code, and records a session: each test of a known runner, spans that programs measure themselves, and the command as a whole. The summary goes to the standard error.',
  examples: [
    { line: 'spanmeter run -- vitest run', does: 'a test run' },
    { line: 'spanmeter run --tag nightly --tag runner=big -- vitest run', does: 'with tags, to find it again' },
    { line: 'spanmeter run --gc -- vitest run', does: 'steadier memory numbers, slower' },
    { line: 'spanmeter run --budget -- vitest run', does: 'fail when a test exceeds its own budget' },
    { line: 'spanmeter run --quiet -- node --version', does: 'any command, without the summary' },
    { line: 'spanmeter run --no-db -- node --version', does: 'the summary only, without history' },
  ],
  runs: true,
  configure: (command) =>
    command.argument('<command...>', 'What to run, with its arguments').usage('[options] -- <command...>').passThroughOptions(),
  run: async (io, _, flags, rest) => {
    const [name = '', ...args] = rest;
    const found = findCommand(name, io.env, io.cwd);
    if ('problem' in found) {
      checkBudgetWord(flags, io.cwd, name);
      return refuse(io, name, found.problem);
    }
    const start: Start = (env, started) => runChild(found.path, args, env, started);
    try {
      return isSwitchedOff(io.env) ? (await start(io.env)).code : await runInSession(io, flags, rest.map(quoted).join(' '), start);
    } catch (thrown) {
      const { code, syscall = '' } = thrown as NodeJS.ErrnoException;
      if (!syscall.startsWith('spawn')) throw thrown;
      return refuse(io, name, code === 'ENOENT' ? 'not found' : 'not executable', messageOf(thrown));
    }
  },
};

/** @throws SpanmeterError SPANMETER_USAGE: without the dashes, the flag takes the command's first word for its own */
function checkBudgetWord({ budget }: Flags, cwd: string, name: string): void {
  if (typeof budget !== 'string' || existsSync(resolve(cwd, budget))) return;
  const words = [budget, name].map(quoted).join(' ');
  const message = `--budget: '${budget}' was taken for the budget's file, and there is none. The command stands behind two dashes: spanmeter run --budget -- ${words} ...`;
  throw new SpanmeterError('SPANMETER_USAGE', message);
}

type Start = (env: NodeJS.ProcessEnv, started?: (pid: number) => void) => Promise<Ended>;

async function runInSession(io: Io, flags: Flags, command: string, start: Start): Promise<number> {
  const session = await open(io, flags, command);
  if (session?.environment.SPANMETER_SESSION === undefined) return (await start(io.env)).code;
  const env = { ...io.env, ...session.environment, NODE_OPTIONS: withAttach(io.env['NODE_OPTIONS']) };
  let code: number = EXIT.notFound;
  let keepsBudget = true;
  try {
    if (session.owned) {
      await Promise.race([session.settled, setTimeout(LONGEST_WAIT_FOR_GIT, undefined, { ref: false })]);
      ({ code } = await recordCommand(
        session.recorder,
        command,
        (started) => start(env, started),
        () => session.processPeaks(),
      ));
    } else {
      if (flags['json'] === true) sayWarnings(io, ["--json does nothing in a run inside another: the outer one's has the summary."]);
      ({ code } = await start(env));
    }
  } finally {
    keepsBudget = await finish(io, session, flags['json'] === true, code);
  }
  return code === 0 && !keepsBudget ? EXIT.failed : code;
}

const USERS_MISTAKES: readonly ErrorCode[] = ['SPANMETER_USAGE', 'SPANMETER_BUDGET'];

/** A mistake in the options is the user's to mend; any other trouble of ours must not keep the command from running. */
async function open(io: Io, flags: Flags, command: string): Promise<Session | undefined> {
  try {
    const session = await openSession(optionsFromFlags(flags, io.cwd), { command });
    if (session.environment.SPANMETER_SESSION === undefined) sayWarnings(io, session.warnings);
    return session;
  } catch (thrown) {
    if (thrown instanceof SpanmeterError && USERS_MISTAKES.includes(thrown.code)) throw thrown;
    sayWarnings(io, [`Nothing is recorded: ${messageOf(thrown)}`]);
    return undefined;
  }
}

/**
 * The standard output stays what the command wrote. Quiet is without the summary, not without the trouble that it would tell.
 * @returns false when a budget was exceeded
 */
async function finish(io: Io, session: Session, json: boolean, exitCode: number): Promise<boolean> {
  const { summary, warnings } = await session.close({ exitCode });
  if (!session.owned) return true;
  const terminal = terminalOf(io, 'stderr');
  const keepsBudget = summary?.budget?.failed !== true;
  if (summary === undefined || session.options.quiet) {
    sayWarnings(io, warnings);
    if (!keepsBudget) io.stderr.write(`${renderBudget(summary.budget, terminal).join('\n')}\n`);
  } else io.stderr.write(json ? toJson(summaryJson(summary)) : `\n${renderSummary(summary, terminal)}`);
  return keepsBudget;
}

function refuse(io: Io, name: string, problem: 'not found' | 'not executable', detail?: string): number {
  const why = detail === undefined ? '' : ` (${detail})`;
  const text =
    problem === 'not found'
      ? `The command '${name}' was not found${why}. Is it installed, and spelled so?`
      : `'${name}' cannot be executed${why}: a file with execute permission is needed.`;
  sayWarnings(io, [text]);
  return problem === 'not found' ? EXIT.notFound : EXIT.notExecutable;
}
