/** Runs a program. Its output is kept back and shown only when it fails, so that a good run stays readable. */
import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

export class Failure extends Error {}

/**
 * @param {string} title for people: what is being done
 * @param {string[]} command program and arguments; `node` means this Node
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, live?: boolean, allowFailure?: boolean }} [options]
 *   live: show the output as it comes; allowFailure: hand back the exit code instead of throwing
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(title, command, { cwd = ROOT, env = {}, live = false, allowFailure = false } = {}) {
  const [program, ...args] = command;
  const started = performance.now();
  if (!live) process.stdout.write(`- ${title}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => reject(new Failure(`${title}: ${program} could not be started (${error.message}).`)));
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (code === 0 || allowFailure) return resolve({ code: code ?? 1, output });
      if (output) process.stdout.write(`${output.trimEnd()}\n`);
      reject(new Failure(`${title}: failed after ${seconds} s (${signal ?? `exit code ${code}`}).`));
    });
  });
}

/** Runs a script's main function: a Failure is one line, anything else is a bug and shows its stack. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Failure ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
