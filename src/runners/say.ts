/** A line to the user from a runner's main process. On standard error: standard output may be a report in JSON. */
export function say(message: string): void {
  process.stderr.write(`spanmeter: ${message}\n`);
}

export function printNow(text: string): void {
  process.stderr.write(text);
}
