/** What a wrong name was most likely meant to be. */

/** @returns a whole sentence: the near name, or all of them */
export function suggestion(wrong: string, names: readonly string[]): string {
  const near = nearest(wrong, names);
  return near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean '${near}'?`;
}

/** The name among `names` that `wrong` was most likely meant to be; undefined when none is near. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  const key = fold(wrong);
  const scored = names.map((each) => ({ each, steps: distance(key, fold(each)) }));
  const best = scored.reduce((a, b) => (b.steps < a.steps ? b : a), { each: '', steps: Infinity });
  return best.steps <= Math.max(1, Math.floor(wrong.length / 3)) ? best.each : undefined;
}

/** `component-prefix`, `COMPONENT_PREFIX` and `componentPrefix` are one name to the person who types. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
