/** The filters of /api/v2 as a body: for lists that no URL holds, values of tags that are no text, and instants to the microsecond. */
import { Type } from 'typebox';

const text = Type.Optional(Type.String());
const texts = Type.Optional(Type.Array(Type.String()));
const pattern = Type.Optional(Type.String({ maxLength: 10_002 }));
const instant = Type.Optional(Type.Integer({ description: 'Microseconds since 1970' }));
const tags = Type.Optional(
  Type.Array(Type.Object({ name: Type.String(), value: Type.Optional(Type.Unknown()), text }), {
    description: 'Names of tags, each with its value or its text where one is asked for',
  }),
);

export const SESSION_FILTER = {
  sessions: texts,
  since: instant,
  until: instant,
  revision: text,
  branch: text,
  tags,
  anyTag: tags,
  package: Type.Optional(Type.Object({ name: Type.String(), version: text })),
  machine: text,
  newest: Type.Optional(Type.Integer({ minimum: 1 })),
};

export const METRIC_FILTER = {
  ...SESSION_FILTER,
  item: Type.Optional(Type.Integer({ minimum: 1 })),
  kinds: texts,
  statuses: texts,
  component: text,
  context: text,
  project: text,
  file: text,
  name: text,
  variant: text,
  nameLike: pattern,
  variantLike: pattern,
  search: text,
};
