/**
 * SHA-256 (FIPS 180-4) for short texts. Node's own comes with all of OpenSSL: half a megabyte of code and as much of JavaScript, in
 * a process that runs somebody's tests and may have no other use for it.
 */

const { cbrt, floor, sqrt } = Math;
const WORD = 2 ** 32;
const BLOCK = 64;
const ROUNDS = 64;
/** Of the message's length in bits, behind its last byte. */
const LENGTH_BYTES = 8;
const encode = Buffer.from.bind(Buffer);

const PRIMES = firstPrimes(ROUNDS);
/** The first bits of the fractions of the primes' roots. */
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(sqrt(prime)));
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fraction(cbrt(prime)));

/** @returns 64 hexadecimal digits */
export function sha256(text: string): string {
  const state = Int32Array.from(INITIAL);
  const message = padded(encode(text));
  const words = new Int32Array(ROUNDS);
  for (let offset = 0; offset < message.length; offset += BLOCK) addBlock(state, words, message, offset);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** A one bit, zeros, and the length: whole blocks. */
function padded(bytes: Buffer): Buffer {
  const length = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK) * BLOCK;
  const message = Buffer.alloc(length);
  bytes.copy(message);
  message[bytes.length] = 0x80;
  message.writeUIntBE(bytes.length * 8, length - 6, 6);
  return message;
}

function addBlock(state: Int32Array, words: Int32Array, message: Buffer, offset: number): void {
  for (let index = 0; index < 16; index += 1) words[index] = message.readInt32BE(offset + index * 4);
  for (let index = 16; index < ROUNDS; index += 1) {
    const [near, far] = [words[index - 2]!, words[index - 15]!];
    const mixed = (turn(far, 7) ^ turn(far, 18) ^ (far >>> 3)) + (turn(near, 17) ^ turn(near, 19) ^ (near >>> 10));
    words[index] = words[index - 16]! + words[index - 7]! + mixed;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let index = 0; index < ROUNDS; index += 1) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[index]! + words[index]!) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index]! += word));
}

/** To the right. */
function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fraction(root: number): number {
  return floor((root - floor(root)) * WORD);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
