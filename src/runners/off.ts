/** The one switch that leaves a run as it would be without us. */
export function isOff(): boolean {
  return process.env['SPANMETER'] === '0';
}
