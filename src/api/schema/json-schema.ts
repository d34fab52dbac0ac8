// A zod schema as JSON Schema, as people like to read it: no patterns that a format says already, no limits of number types.
import { z } from 'zod';

export type JsonSchema = { [key: string]: Json };
export type Json = null | boolean | number | string | Json[] | JsonSchema;

/** Draft 4 for Heroku's form, 2020-12 for OpenAPI 3.1. Of a body (`input`) or of an answer, which are the same for answers. */
export function jsonSchemaOf(schema: z.ZodType, target: 'draft-4' | 'draft-2020-12'): JsonSchema {
  const { $schema: _dialect, ...made } = z.toJSONSchema(schema, { target, io: 'input', unrepresentable: 'any' });
  return tidy(made as JsonSchema) as JsonSchema;
}

function tidy(node: Json): Json {
  if (Array.isArray(node)) return node.map(tidy);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([key, value]) => !isNoise(key, value, node));
  return withNull(Object.fromEntries(kept.map(([key, value]) => [key, tidy(value)])));
}

function isNoise(key: string, value: Json, node: JsonSchema): boolean {
  if (key === 'pattern') return typeof node['format'] === 'string';
  if (key === 'maximum' || key === 'minimum') return value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER;
  return key === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}';
}

/** `anyOf` of something and null is that with `null` among its types. */
function withNull(node: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = node;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return node;
  const [some, none] = anyOf as [JsonSchema, JsonSchema];
  if (none['type'] !== 'null' || typeof some['type'] !== 'string') return node;
  const values: JsonSchema = Array.isArray(some['enum']) ? { enum: [...some['enum'], null] } : {};
  return { ...some, ...values, ...rest, type: [some['type'], 'null'] };
}
