/** What sort of file a compiler wrote, told from its first bytes. */
import { readFileSync } from 'node:fs';

const MACH_O_64 = 0xfeedfacf;
const MACH_O_CPUS = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);
const MACH_O_KINDS = new Map([
  [6, 'dylib'],
  [8, 'bundle'],
]);
const LC_CODE_SIGNATURE = 0x1d;

const ELF = 0x464c457f;
const ELF_CPUS = new Map([
  [62, 'x64'],
  [183, 'arm64'],
]);
const ELF_SHARED = 3;

/** @returns {{ format: string, arch?: string, kind?: string, signed?: boolean }} `format` is Mach-O, ELF or unknown */
export function describeBinary(path) {
  const bytes = readFileSync(path);
  if (bytes.length < 64) return { format: 'unknown' };
  const magic = bytes.readUInt32LE(0);
  if (magic === MACH_O_64) {
    const arch = MACH_O_CPUS.get(bytes.readUInt32LE(4));
    return { format: 'Mach-O', arch, kind: MACH_O_KINDS.get(bytes.readUInt32LE(12)), signed: isSigned(bytes) };
  }
  if (magic === ELF) {
    const kind = bytes.readUInt16LE(16) === ELF_SHARED ? 'shared object' : undefined;
    return { format: 'ELF', arch: ELF_CPUS.get(bytes.readUInt16LE(18)), kind };
  }
  return { format: 'unknown' };
}

/** Apple silicon runs nothing without a signature, if only one made on the spot. */
function isSigned(bytes) {
  const commands = bytes.readUInt32LE(16);
  let offset = 32;
  for (let index = 0; index < commands; index += 1) {
    if (bytes.readUInt32LE(offset) === LC_CODE_SIGNATURE) return true;
    offset += bytes.readUInt32LE(offset + 4);
  }
  return false;
}
