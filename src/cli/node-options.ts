/** NODE_OPTIONS that attach spanmeter to whatever Node program a command starts. */
import { join } from 'node:path';

const ATTACH = join(__dirname, '..', 'runners', 'attach.js');

/** @param given the user's own NODE_OPTIONS, which stay */
export function withAttach(given: string | undefined): string {
  const option = `--require ${quote(ATTACH)}`;
  if (given === undefined || given.trim() === '') return option;
  return given.includes(option) ? given : `${given} ${option}`;
}

/** As Node splits the variable: at spaces, but not between double quotes, in which a backslash takes the next character as it is. */
function quote(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path;
}
