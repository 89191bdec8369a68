/** What the routes of /api/v2 have in common: their errors, and rows as JSON. */
import { Type, type TSchema } from 'typebox';

const ERROR = Type.Object({ code: Type.String(), message: Type.String() });
export const ERRORS = { '4xx': ERROR, '5xx': ERROR };

const Tags = Type.Record(Type.String(), Type.Unknown());
const Scm = Type.Object({
  revision: Type.Optional(Type.String()),
  branch: Type.Optional(Type.String()),
  dirty: Type.Optional(Type.Boolean()),
});
const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()], { description: 'null: not known' });

const BRIEF = {
  id: Type.String(),
  startedAt: Type.Integer({ description: 'Microseconds since 1970' }),
  finishedAt: Type.Optional(Type.Integer()),
  exitCode: Type.Optional(Type.Integer()),
  description: Type.String(),
  command: Type.String(),
  tags: Tags,
  scm: Scm,
  foreign: Type.Optional(Type.Boolean({ description: 'Came from pytest-monitor' })),
};

export const SessionSummaryJson = Type.Object({
  ...BRIEF,
  tests: Type.Integer(),
  failed: orNull(Type.Integer()),
  skipped: orNull(Type.Integer()),
  interrupted: orNull(Type.Integer()),
});

export const ContextJson = Type.Record(Type.String(), Type.Unknown());
export const PackageJson = Type.Object({ name: Type.String(), version: Type.String() });
const WHOLE = { ...BRIEF, root: Type.String(), lockfileHash: Type.Optional(Type.String()) };

export const SessionJson = Type.Object({ ...WHOLE, context: ContextJson, packages: Type.Array(PackageJson) });

export const PackedSessionJson = Type.Object({
  ...WHOLE,
  context: Type.String({ description: 'Its hash; empty when it is not known' }),
  packages: Type.Integer({ description: 'The place of its list in `packages`' }),
});

export const ReadingJson = Type.Object({
  writer: Type.String(),
  sequence: Type.Integer(),
  parent: Type.Integer(),
  identity: Type.Object({
    kind: Type.String(),
    project: Type.String(),
    file: Type.String(),
    describe: Type.Array(Type.String()),
    name: Type.String(),
    variant: Type.String(),
    ordinal: Type.Integer(),
  }),
  component: Type.String(),
  tags: Tags,
  startedAt: Type.Integer(),
  status: Type.Optional(Type.String()),
  retry: Type.Integer(),
  repeat: Type.Integer(),
  overlaps: Type.Integer(),
  shared: Type.Boolean(),
  peakIsLowerBound: Type.Boolean(),
  context: Type.String(),
  foreign: Type.Boolean(),
  values: Type.Array(orNull(Type.Number()), { description: 'In the order of `metrics`' }),
});

const sum = orNull(Type.Number());
export const TotalsJson = Type.Object({
  kind: Type.String(),
  count: Type.Integer(),
  passed: sum,
  failed: sum,
  skipped: sum,
  interrupted: sum,
  retried: sum,
  overlapped: sum,
  shared: sum,
  wallTime: sum,
  cpuTime: sum,
  peakRss: sum,
  peakGrowth: sum,
});
