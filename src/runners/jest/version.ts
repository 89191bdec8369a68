/** Which versions of Jest are known to work. Others keep other things inside, and are left alone. */

const SUPPORTED = /^(?:29|30)\./;

/** @returns a sentence for the user when its tests can't be measured */
export function unsupported(version: string): string | undefined {
  return SUPPORTED.test(version) ? undefined : `Jest ${version} is not supported (29 and 30 are): its tests are not measured`;
}
