/** The registry of commands: a command is a file in `commands/` and a line here. */
import type { CliCommand } from './command.js';
import { compare } from './commands/compare.js';
import { doctor } from './commands/doctor.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { push } from './commands/push.js';
import { plot } from './commands/plot.js';
import { prune } from './commands/prune.js';
import { recover } from './commands/recover.js';
import { report } from './commands/report.js';
import { run } from './commands/run.js';
import { serve } from './commands/serve.js';
import { sessions } from './commands/sessions.js';
import { show } from './commands/show.js';
import { token } from './commands/token.js';
import { top } from './commands/top.js';

/** In the order in which help and reference show them. */
export const COMMANDS: readonly CliCommand[] = [
  ...[run, sessions, show, top, compare, plot, report],
  ...[serve, token, push, importCommand, exportCommand, prune],
  ...[doctor, recover],
];
