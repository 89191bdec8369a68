/**
 * What queries need of a database, so that one text of SQL answers for SQLite and PostgreSQL, whose tables have the same names and
 * columns. Only reading: each store writes in its own way.
 */
export interface Sql {
  readonly dialect: Dialect;
  /** Rows as arrays in the order of the columns. `?` stands for a value; integers and floats come back as numbers, NULL as null. */
  rows<T extends readonly unknown[]>(sql: string, ...values: readonly unknown[]): Promise<T[]>;
}

/** Where the two differ. Arguments and results are SQL. */
export interface Dialect {
  /** LIKE in which % and _ have their meaning, nothing escapes them, and only ASCII letters are equal in both cases. */
  like(text: string, pattern: string): string;
  /** Whether `part` is somewhere in the text; ASCII letters are equal in both cases. */
  contains(text: string, part: string): string;
  /** Whether the column is one of the integers of a JSON array. */
  among(column: string, numbers: string): string;
  /** What FROM takes for the texts of a JSON array, as rows with a column `value` once it has an alias. */
  elements(json: string): string;
  /** The integers of a group as one text, separated by commas; the same ones make the same text. */
  joined(column: string): string;
  /** Whether an index leads to the rows of one component in a session: else all of the session's are read. */
  readonly seeksComponents: boolean;
}
