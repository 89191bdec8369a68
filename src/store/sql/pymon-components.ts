/** Components, in the order in which the list of metrics names them first. */
import type { Component } from './pymon-filter.js';
import { isLike, isShownAs, shown } from './pymon-text.js';
import type { Sql } from './port.js';

/** The one of this name; the empty one is always there. */
export async function componentsNamed(sql: Sql, name: string): Promise<Component[]> {
  if (name === '') return [{ number: 0, name }];
  const rows = await sql.rows<[number]>(`SELECT component FROM components WHERE ${isShownAs('name', name)}`, name);
  return rows.map(([number]) => ({ number, name }));
}

/** All that a metric names, the empty one too; or those that are like a pattern. */
export async function components(sql: Sql, like?: string): Promise<Component[]> {
  const rows = await sql.rows<[number, string | null]>(
    `SELECT z.component, p.name FROM (
       SELECT component, min(origin) AS origin, min(CASE origin WHEN 0 THEN first END) AS foreign_first, min(session) AS session
       FROM zones WHERE count > 0 GROUP BY component
     ) z LEFT JOIN components p ON p.component = z.component
     LEFT JOIN (SELECT session, component, min(first) AS first FROM zones WHERE origin = 1 GROUP BY session, component) o
       ON o.session = z.session AND o.component = z.component
     ORDER BY z.origin, z.foreign_first, z.session, o.first, z.component`,
  );
  return rows
    .map(([number, name]) => ({ number, name: name === null ? '' : shown(name) }))
    .filter(({ name }) => like === undefined || isLike(name, like));
}

/** Known sessions that have metrics of these components, in the order of their first one. */
export async function sessionsOfComponents(sql: Sql, of: readonly Component[]): Promise<number[]> {
  const rows = await sql.rows<[number]>(
    `SELECT z.session FROM zones z JOIN sessions s ON s.session = z.session
     WHERE s.known <> 0 AND z.count > 0 AND ${sql.dialect.among('z.component', '?')}
     GROUP BY z.session ORDER BY min(z.origin), min(CASE z.origin WHEN 0 THEN z.first ELSE z.session END)`,
    JSON.stringify(of.map(({ number }) => number)),
  );
  return rows.map(([session]) => session);
}
