/**
 * Bodies against their schemas, field by field, with the reasons that clients of monitor-server-api know. Stricter than a schema can
 * say: what could not be read back (an infinite number, NUL, half a surrogate pair) is refused here.
 */
import type { FastifySchemaCompiler } from 'fastify';
import { Refusal } from '../refusal.js';
import { readJson } from './json-text.js';
import { repr } from './python-text.js';

interface FieldSchema {
  readonly type?: string;
  readonly anyOf?: readonly FieldSchema[];
}

interface BodySchema {
  /** Clients know the message, and look for the reasons beside it; otherwise the message names the first field and its reason. */
  readonly fixedMessage?: true;
  readonly properties: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

const FIXED_MESSAGE = 'Input payload validation failed';
const UNREADABLE = 'could not be read back';

export const validatorCompiler: FastifySchemaCompiler<BodySchema> = ({ schema, httpPart }) => {
  if (httpPart !== 'body') return () => true;
  return (value: unknown) => {
    const errors = errorsOf(schema, value);
    const known = !Object.values(errors).some((reason) => reason.endsWith(UNREADABLE));
    const [first] = Object.entries(errors);
    if (first === undefined) return { value };
    const message = schema.fixedMessage && known ? FIXED_MESSAGE : first.filter((part) => part !== '').join(': ');
    return { error: new Refusal(400, message, { errors }) };
  };
};

function errorsOf({ properties, required = [] }: BodySchema, value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { '': `${asPython(value)} is not of type 'object'` };
  const errors: Record<string, string> = {};
  for (const name of required) if (!Object.hasOwn(value, name)) errors[name] = `'${name}' is a required property`;
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue;
    const reason = reasonAgainst(schema, (value as Record<string, unknown>)[name]);
    if (reason !== undefined) errors[name] = reason;
  }
  return errors;
}

function reasonAgainst(schema: FieldSchema, value: unknown): string | undefined {
  const types = (schema.anyOf ?? [schema]).map(({ type }) => type);
  if (typeof value === 'string' && types.includes('string')) return unreadable(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value > 0 ? 'Infinity' : '-Infinity'} ${UNREADABLE}`;
  if (types.some((type) => isOf(type, value))) return undefined;
  return `${asPython(value)} is not of type ${types.map((type) => `'${type}'`).join(', ')}`;
}

function isOf(type: string | undefined, value: unknown): boolean {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'null') return value === null;
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** Why a text could not be stored in every database and read back. */
export function unreadable(text: string): string | undefined {
  if (text.includes('\0')) return `${asPython(text)} holds a NUL, which ${UNREADABLE}`;
  if (/[\ud800-\udfff]/u.test(text)) return `${asPython(text)} holds half a surrogate pair, which ${UNREADABLE}`;
  return undefined;
}

function asPython(value: unknown): string {
  if (value === undefined) return 'None';
  try {
    return repr(readJson(JSON.stringify(value)));
  } catch {
    return 'a value nested too deep';
  }
}
