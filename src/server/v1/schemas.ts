/** What /api/v1 takes and answers. */
import { Type, type Static, type TSchema } from 'typebox';

const text = Type.String();
const number = Type.Number();

export const MetricBody = Type.Object(
  {
    session_h: text,
    context_h: text,
    item_start_time: text,
    item_path: text,
    item: text,
    item_variant: text,
    item_fs_loc: text,
    kind: text,
    component: text,
    total_time: number,
    user_time: number,
    kernel_time: number,
    cpu_usage: number,
    mem_usage: number,
  },
  { fixedMessage: true },
);
export type MetricBody = Static<typeof MetricBody>;

/** Texts may be sent as numbers, as they could always be. */
const asText = Type.Union([Type.String(), Type.Number()]);
const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);

export const ContextBody = Type.Object({
  h: asText,
  cpu_count: Type.Integer(),
  cpu_frequency: number,
  cpu_type: asText,
  cpu_vendor: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  ram_total: Type.Integer(),
  machine_node: asText,
  machine_type: asText,
  machine_arch: asText,
  system_info: asText,
  python_info: asText,
});
export type ContextBody = Static<typeof ContextBody>;

export const SessionBody = Type.Object({
  session_h: Type.Optional(asText),
  run_date: text,
  scm_ref: Type.Union([Type.String(), Type.Number(), Type.Null()]),
  description: Type.Any({ description: 'An object' }),
});
export type SessionBody = Static<typeof SessionBody>;

export const Metric = Type.Object(
  Object.fromEntries(Object.entries(MetricBody.properties).map(([name, schema]) => [name, orNull(schema)])),
);
export const Context = Type.Object(
  Object.fromEntries(
    Object.keys(ContextBody.properties).map((name) => [
      name,
      orNull(/^(cpu_count|cpu_frequency|ram_total)$/.test(name) ? Type.Integer() : text),
    ]),
  ),
);
export const Session = Type.Object({
  session_h: orNull(text),
  run_date: orNull(text),
  scm_ref: orNull(text),
  tags: orNull(Type.Array(Type.Object({ name: text, value: orNull(text) }))),
});

const paging = { total_page: Type.Integer(), prev_url: Type.Optional(orNull(text)), next_url: Type.Optional(orNull(text)) };

export const listOf = (name: string, element: TSchema): TSchema => Type.Object({ [name]: Type.Array(element), ...paging });
export const Count = Type.Object({ count: Type.Integer() });
export const Message = Type.Object({ message: text, errors: Type.Optional(Type.Record(text, text)) });
/** Pages from 1, or from the end with a minus; unknown names are kept in the URLs of the other pages. */
export const Query = Type.Object({ page: Type.Optional(Type.String({ description: 'From 1, or from the end: -1 is the last' })) });
