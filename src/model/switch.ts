/** SPANMETER, the one switch that leaves everything as it would be without us. */

const OFF: readonly (string | undefined)[] = ['0', 'false', 'no', 'off'];

export function isSwitchedOff(env: Readonly<Record<string, string | undefined>>): boolean {
  return OFF.includes(env['SPANMETER']?.toLowerCase());
}
