/** What a stream that text is written to can show. */
import picocolors from 'picocolors';

export interface Terminal {
  readonly columns: number;
  readonly color: boolean;
}

export type Paint = ReturnType<typeof picocolors.createColors>;

/** Without a terminal nobody sees where a line wraps, but logs are still read: a common width that fits two names. */
const WIDTH_WITHOUT_TERMINAL = 120;
/** Below this nothing useful fits. */
const NARROWEST = 40;

/**
 * COLUMNS overrules the terminal's width. FORCE_COLOR overrules NO_COLOR, as it does in Node.
 * picocolors' own detection is not used: it reads the arguments, which belong to the wrapped command here, and it colours
 * the log files of every CI.
 */
export function describeTerminal(stream: { readonly isTTY?: boolean; readonly columns?: number }, env: NodeJS.ProcessEnv): Terminal {
  const widths = [Number(env['COLUMNS']), stream.isTTY === true ? stream.columns : undefined, WIDTH_WITHOUT_TERMINAL];
  const columns = widths.find((width) => Number.isInteger(width) && width! > 0)!;
  return { columns: Math.max(columns, NARROWEST), color: wantsColor(stream.isTTY === true, env) };
}

function wantsColor(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}

export function painter(terminal: Terminal): Paint {
  return picocolors.createColors(terminal.color);
}
