/** Pipelines and their builds: what the tags pipeline_branch and pipeline_build_no of sessions say. */
import { escapeText } from '../../model/escape.js';
import { extract } from './pymon-tags.js';
import type { Sql } from './port.js';

export const [PIPELINE_TAG, BUILD_TAG] = ['pipeline_branch', 'pipeline_build_no'] as const;

export interface Pipeline {
  readonly pipeline: string;
  readonly builds: readonly string[];
}

/** In the order in which the history came to know them. @param component only of sessions that have rows of it; empty for none */
export async function listPipelines(sql: Sql, component?: string): Promise<Pipeline[]> {
  const rows = await sql.rows<[string]>(
    `SELECT s.tags FROM sessions s WHERE s.known = 1${component === undefined ? '' : ` AND ${hasComponent(component)}`} ORDER BY s.session`,
    ...(component === undefined || component === '' ? [] : [escapeText(component)]),
  );
  const builds = new Map<string, Set<string>>();
  for (const [json] of rows) {
    const tags: unknown = JSON.parse(json);
    const pipeline = textIn(tags, PIPELINE_TAG);
    if (pipeline === '') continue;
    const known = builds.get(pipeline) ?? new Set();
    builds.set(pipeline, known);
    const build = textIn(tags, BUILD_TAG);
    if (build !== '') known.add(build);
  }
  return Array.from(builds, ([pipeline, found]) => ({ pipeline, builds: [...found] }));
}

function hasComponent(component: string): string {
  const is = component === '' ? 'm.component IS NULL' : 'm.component = (SELECT component FROM components WHERE name = ?)';
  return `EXISTS (SELECT 1 FROM metrics m WHERE m.session = s.session AND ${is})`;
}

function textIn(tags: unknown, name: string): string {
  return String(extract(tags, [name]) ?? '');
}
