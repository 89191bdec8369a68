/** Finds the file that a function of ours was called from: where a benchmark is defined, for its identity. */
import { fileURLToPath } from 'node:url';

/** dist/, with its separator. */
const OUR_FILES = __dirname.slice(0, -'recorder'.length);
const { captureStackTrace } = Error;

/** @returns an absolute path, or the main script where the stack says none */
export function callerFile(): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    const holder: { stack?: readonly NodeJS.CallSite[] } = {};
    // Set by source map supports and test runners, whose files these then are: only the call sites are wanted.
    Error.prepareStackTrace = (_, sites) => sites;
    Error.stackTraceLimit = 20;
    captureStackTrace(holder);
    const files = (holder.stack ?? []).map((site) => pathOf(site.getFileName()));
    return files.find((file) => file !== undefined && !file.startsWith(OUR_FILES)) ?? mainScript();
  } catch {
    return mainScript();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function mainScript(): string {
  return process.argv[1] ?? '';
}

/** ES modules have URLs; node's own files have neither. */
function pathOf(name: string | null | undefined): string | undefined {
  if (name?.startsWith('file:') === true) return fileURLToPath(name);
  return name?.startsWith('/') === true || /^[A-Za-z]:\\/.test(name ?? '') ? (name ?? undefined) : undefined;
}
