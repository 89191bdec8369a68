/** Which versions of Mocha are known to work. Others keep other things inside, and are left alone. */

const SUPPORTED = /^1[012]\./;

/** @returns a sentence for the user when its tests can't be measured */
export function unsupported(version: string): string | undefined {
  return SUPPORTED.test(version) ? undefined : `Mocha ${version} is not supported (10, 11 and 12 are): its tests are not measured`;
}
