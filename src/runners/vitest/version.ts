/** Which versions of Vitest are known to work. Others keep other things inside, and are left alone. */

const SUPPORTED = /^(?:3\.[2-9]\.|4\.(?!0\.)|5\.)/;

/** @returns a sentence for the user when its tests can't be measured */
export function unsupported(version: string): string | undefined {
  return SUPPORTED.test(version)
    ? undefined
    : `Vitest ${version} is not supported (3.2, 4.1 and later, and 5 are): its tests are not measured`;
}
