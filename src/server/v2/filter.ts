/** The filters of /api/v2, as parameters of a URL: their schema, and what they mean to the store. */
import { Type, type Static } from 'typebox';
import { SpanmeterError } from '../../model/errors.js';
import { parseInstant } from '../../model/instant.js';
import { parsePackage } from '../../model/package.js';
import { STATUSES } from '../../model/records.js';
import type { MetricFilter } from '../../store/sql/metric-conditions.js';
import type { TagCondition } from '../../store/sql/session-filter.js';

const text = (description: string) => Type.Optional(Type.String({ description }));
const texts = (description: string) => Type.Optional(Type.Array(Type.String(), { description, maxItems: 20 }));

/** SQLite takes 50,000 bytes. */
const pattern = (description: string) => Type.Optional(Type.String({ description, maxLength: 10_000 }));

export const FILTER = {
  session: texts('Ids of sessions, exactly; repeatable'),
  since: text('Sessions that started then or later: ISO 8601'),
  until: text('Sessions that started before then: ISO 8601'),
  revision: text('Source revision, or how it begins'),
  branch: text('Branch of the source'),
  tag: texts('Sessions with this tag: name, or name=value; repeatable, all must be there'),
  any_tag: texts('The same, where one of them is enough'),
  package: text('Sessions whose project had this dependency: name, or name@version'),
  machine: text('Name of the machine'),
  last: Type.Optional(Type.Integer({ minimum: 1, description: 'Only so many sessions, those that started last' })),
  context: text('Hash of the context that a row was measured in'),
  kind: texts('Kinds of items: test, file, suite, ...; repeatable'),
  status: Type.Optional(Type.Array(Type.Union(STATUSES.map((status) => Type.Literal(status))), { description: 'Outcomes; repeatable' })),
  component: text('Component, exactly; empty for none'),
  project: text("Name of the runner's project, exactly"),
  file: text('File of the item, exactly'),
  name: text('Name of the item, exactly'),
  variant: text('Variant of the item, exactly'),
  name_pattern: pattern("As in SQL's LIKE, anywhere in the name: % stands for any text, _ for one character"),
  variant_pattern: pattern('The same in the variant'),
  search: text('Text in project, file, describe path or name; ASCII letters are equal in both cases'),
  item: Type.Optional(Type.Integer({ minimum: 1, description: 'Number of the item, as rows tell it' })),
};

export type FilterQuery = Static<Type.TObject<typeof FILTER>>;

export function toFilter(query: FilterQuery): MetricFilter {
  const { since, until, tag, any_tag: anyTag, package: dependency, last: newest } = query;
  const { session: sessions, kind: kinds, status: statuses, name_pattern: nameLike, variant_pattern: variantLike } = query;
  const { revision, branch, machine, context, component, project, file, name, variant, search, item } = query;
  return {
    ...present({ sessions, newest, kinds, statuses }),
    ...present({ revision, branch, machine, context, component, project, file, name, variant, search, item }),
    ...(since !== undefined && { since: instantOf('since', since) }),
    ...(until !== undefined && { until: instantOf('until', until) }),
    ...(tag !== undefined && { tags: tag.map(toTag) }),
    ...(anyTag !== undefined && { anyTag: anyTag.map(toTag) }),
    ...(dependency !== undefined && { package: parsePackage(dependency) }),
    ...(nameLike !== undefined && { nameLike: `%${nameLike}%` }),
    ...(variantLike !== undefined && { variantLike: `%${variantLike}%` }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Microseconds since 1970. */
function instantOf(parameter: string, written: string): number {
  const instant = parseInstant(written);
  if (instant !== undefined) return instant;
  throw new SpanmeterError('SPANMETER_USAGE', `${parameter} is no instant: "${written}". Write it as 2026-01-31T12:00:00Z.`);
}

function toTag(written: string): TagCondition {
  const at = written.indexOf('=');
  return at < 0 ? { name: written } : { name: written.slice(0, at), text: written.slice(at + 1) };
}
