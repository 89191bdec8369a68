/** @returns `goal <= 20 ms: met`; where more is better, `atLeast` */
export function verdict(value, goal, { unit = '', atLeast = false } = {}) {
  const met = atLeast ? value >= goal : value <= goal;
  return `goal ${atLeast ? '>=' : '<='} ${goal}${unit === '' ? '' : ` ${unit}`}: ${met ? 'met' : 'MISSED'}`;
}
