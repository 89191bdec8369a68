/**
 * Names of prepared statements, which each connection keeps until it ends: there must not be ever more of them. Statements that are
 * written once in this code have one; those that are put together have one when they come again, as long as there are few.
 */
const names = new Map<string, string>();

export function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) names.set(sql, (name = `spanmeter ${names.size + 1}`));
  return name;
}

const LIMIT = 200;
/** Numbers of rows in the text: it will hardly come again. */
const LISTS = /\b(?:IN|VALUES) \(\(?\d/;
/** Those that came once. */
const once = new Set<string>();

export function nameOfFrequent(sql: string): string | undefined {
  const name = names.get(sql);
  if (name !== undefined || names.size >= LIMIT || LISTS.test(sql)) return name;
  if (once.delete(sql)) return nameOf(sql);
  if (once.size >= LIMIT) once.clear();
  once.add(sql);
  return undefined;
}
