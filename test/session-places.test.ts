/** Whose folders are taken for a session's and removed: ours, and no others. */
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { collector } from '../dist/collector/index.js';
import { spareHome } from '../dist/session/place.js';
import { BIN, run, runScript, type Ended } from './helpers/script.js';
import { temporaryFolder } from './helpers/temporary.js';

const ID = 'a'.repeat(32);

let root: string;
let home: string;
let spare: string;
/** In the temporary folder of what is started. */
let inSpare: string;

beforeEach(() => {
  root = temporaryFolder();
  home = join(root, '.spanmeter/journal');
  spare = temporaryFolder();
  writeFileSync(join(root, 'package.json'), '{"name":"project"}');
  inSpare = join(spare, relative(tmpdir(), spareHome(root)));
});

function recover(): Promise<Ended> {
  return run(process.execPath, [BIN, 'recover'], { cwd: root, env: { TMPDIR: spare } });
}

/** @returns a file in it */
function fill(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  return join(folder, 'thesis.txt');
}

function age(folder: string): void {
  utimesSync(folder, new Date(0), new Date(0));
}

it('where there is nothing to recover, no history is made', async () => {
  const { code, stdout } = await recover();
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Nothing to recover/)]);
  expect(readdirSync(root)).toEqual(['package.json']);
});

it('folders that are no sessions, and links to some, are left alone', async () => {
  const elsewhere = temporaryFolder();
  const files = [fill(join(home, 'documents')), fill(join(elsewhere, ID))];
  symlinkSync(join(elsewhere, ID), join(home, 'b'.repeat(32)));
  expect((await recover()).code).toBe(0);
  for (const file of files) expect(readFileSync(file, 'utf8')).toBe('years of work');
  expect(readdirSync(join(elsewhere, ID))).toEqual(['thesis.txt']);
});

it("what is not ours stays in a session's folder", async () => {
  const file = fill(join(home, ID));
  writeFileSync(join(home, ID, 'session.json.new'), '{');
  writeFileSync(join(home, ID, '1764000000000000-17.asked.json'), '{}');
  expect((await recover()).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('years of work');
  expect(readdirSync(join(home, ID))).toEqual(['thesis.txt']);
});

it('a link in the temporary folder leads nowhere, and is not written through', async () => {
  const elsewhere = temporaryFolder();
  fill(join(elsewhere, ID));
  symlinkSync(elsewhere, inSpare);
  expect((await recover()).code).toBe(0);
  const { stdout } = await session();
  expect(stdout).toBe('same\n[]\n');
  expect(readdirSync(elsewhere)).toEqual([ID]);
  expect(readdirSync(join(elsewhere, ID))).toEqual(['thesis.txt']);
  expect(lstatSync(inSpare).isSymbolicLink()).toBe(true);
});

it.runIf(process.getuid?.() === 0)("nor is another user's folder of our name", async () => {
  fill(join(inSpare, ID));
  chownSync(inSpare, 12345, 12345);
  const { stdout } = await session();
  expect(stdout).toBe('same\n[]\n');
  expect(readdirSync(inSpare)).toEqual([ID]);
  expect(readdirSync(join(inSpare, ID))).toEqual(['thesis.txt']);
});

it('a folder whose owner was killed while it made it is removed; one that is young, or held, is not', async () => {
  const [dead, young, held] = ['d', 'e', 'f'].map((digit) => join(home, `.${digit.repeat(32)}`)) as [string, string, string];
  for (const folder of [dead, young, held]) mkdirSync(folder, { recursive: true });
  const lock = collector().binding.lock(join(held, 'owner.lock'));
  for (const folder of [dead, held]) age(folder);
  await session();
  expect([dead, young, held].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  collector().binding.unlock(lock);
});

/** A run, which says whether it has no second folder, and its warnings. */
function session(): Promise<Ended> {
  const source = `
    const session = await openSession();
    const { folder, spare } = JSON.parse(process.env.SPANMETER_SESSION);
    span('a').stop();
    console.log(folder === spare ? 'same' : 'two');
    console.log(JSON.stringify((await session.close()).warnings));`;
  return runScript(source, { cwd: root, env: { TMPDIR: spare } });
}
