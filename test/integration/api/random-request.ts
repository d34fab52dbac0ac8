// Requests made of what routes say of themselves: nearly right, with another's things in their paths, and now and then quite wrong.
import { jsonSchemaOf, type JsonSchema } from '../../../src/api/schema/json-schema.js';
import type { Route } from '../../../src/api/schema/route.js';
import type { Random } from '../../unit/fuzz/random.js';

export interface RandomRequest {
  method: string;
  path: string;
  body?: string;
  headers: Record<string, string>;
}

/** Values for the parts of paths: `app` → `shop`. */
export type Things = Record<string, readonly string[]>;

const ODD_TEXT = [
  '',
  ' ',
  '0',
  '-1',
  '~',
  '..',
  '%',
  "'",
  '"; --',
  '\0',
  '\r\n',
  '\ud800',
  'é😀',
  '__proto__',
  'constructor',
  'x'.repeat(300),
  '{}',
  'null',
];
const ODD_VALUES: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  '\0',
  [],
  {},
  [[]],
  { length: 1e9 },
  { __proto__: null },
  'x'.repeat(5_000),
];
const ODD_BODIES = [
  '',
  '{',
  '[]',
  'null',
  '"x"',
  '1e999',
  '{"__proto__":{"a":1}}',
  '\ufeff{}',
  '['.repeat(20_000),
  '{"a":'.repeat(5_000),
  '\xff\xfe',
];
const RANGES = [
  'id ..',
  'name ..; max=1',
  'version ..; max=2, order=desc',
  'created_at ]2026-01-01..',
  'id ]x~y..',
  'updated_at ..~',
  ';;',
  'bytes=0-',
  'version 1..~1',
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** One request. `own` and `others` are there; what is neither isn't. */
export function randomRequest(random: Random, routes: readonly Route[], { own, others }: { own: Things; others: Things }): RandomRequest {
  const route = random.pick(routes);
  const path = route.path.replace(/:(\w+)/g, (_all, name: string) => encode(partOf(random, own[name] ?? ['x'], others[name] ?? ['x'])));
  const method = random.chance(0.03) ? random.pick(METHODS) : route.method;
  const query = random.chance(0.05)
    ? `?${random.pick(['transfer_to', 'x', 'transfer_to[]'])}=${encode(partOf(random, own['user']!, others['user']!))}`
    : '';
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(random, route, { own, others });
  return { method, path: path + query, headers: headersOf(random, body !== undefined), ...(body !== undefined && { body }) };
}

function partOf(random: Random, own: readonly string[], others: readonly string[]): string {
  if (random.chance(0.6)) return random.pick(own);
  return random.chance(0.7) ? random.pick(others) : random.pick(ODD_TEXT);
}

/** As a client would; half of a pair of surrogates can't be sent at all. */
/** A path with `..` in it is another path before it is sent. */
function encode(part: string): string {
  if (part === '..') return '...';
  return encodeURIComponent(Buffer.from(part).toString());
}

function headersOf(random: Random, hasBody: boolean): Record<string, string> {
  return {
    accept: random.chance(0.97)
      ? 'application/vnd.heroku+json; version=3'
      : random.pick(['text/html', '*/*;q=0', 'application/json;version=9', '']),
    ...(hasBody && {
      'content-type': random.chance(0.97) ? 'application/json' : random.pick(['text/plain', ';', 'application/json;charset=x']),
    }),
    ...(random.chance(0.15) && { range: random.pick(RANGES) }),
    ...(random.chance(0.05) && { 'if-match': random.pick(['*', '""', 'W/"x"', '"x", "y"']) }),
    ...(random.chance(0.05) && { 'if-none-match': random.pick(['*', '""', ',']) }),
    ...(random.chance(0.05) && { 'x-http-method-override': random.pick([...METHODS, 'get', 'x y']) }),
    ...(random.chance(0.05) && { 'request-id': random.pick(['x', 'a,b,c', '0123456789', ','.repeat(3_000)]) }),
  };
}

function bodyOf(random: Random, { takes }: Route, things: { own: Things; others: Things }): string {
  if (random.chance(0.05)) return random.pick(ODD_BODIES);
  const schema = takes ? jsonSchemaOf(takes, 'draft-2020-12') : {};
  const value = valueOf(random, schema, things, '');
  return JSON.stringify(typeof value === 'object' && value !== null && random.chance(0.1) ? { ...value, extra: oddValue(random) } : value);
}

function oddValue(random: Random): unknown {
  return random.chance(0.5) ? random.pick(ODD_VALUES) : random.pick(ODD_TEXT);
}

/** A value that the schema takes, unless it is made odd. */
function valueOf(random: Random, schema: JsonSchema, things: { own: Things; others: Things }, name: string): unknown {
  if (name !== '' && random.chance(0.08)) return oddValue(random);
  const forms = schema['anyOf'] as JsonSchema[] | undefined;
  if (forms) return valueOf(random, random.pick(forms), things, name);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return random.pick(schema['enum']);
  const type = Array.isArray(schema['type']) ? random.pick(schema['type'] as string[]) : schema['type'];
  if (type === 'null') return null;
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'integer' || type === 'number') return random.pick([0, 1, 2, 3, 60, 3600, -1, 101, 1e9]);
  if (type === 'array') return random.some(0, 3, () => valueOf(random, (schema['items'] ?? {}) as JsonSchema, things, name));
  if (type === 'string') return textOf(random, things, name);
  return objectOf(random, schema, things);
}

function objectOf(random: Random, schema: JsonSchema, things: { own: Things; others: Things }): Record<string, unknown> {
  const required = new Set((schema['required'] ?? []) as string[]);
  const entries = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
    .filter(([name]) => random.chance(required.has(name) ? 0.95 : 0.5))
    .map(([name, field]) => [name, valueOf(random, field, things, name)] as const);
  const any = schema['additionalProperties'];
  const free =
    typeof any === 'object'
      ? random.some(
          0,
          2,
          () => [random.pick(['A', 'B', '1x', 'web', ...ODD_TEXT]), valueOf(random, any as JsonSchema, things, 'value')] as const,
        )
      : [];
  return Object.fromEntries([...entries, ...free]);
}

/** What a text of this name might be. */
function textOf(random: Random, { own, others }: { own: Things; others: Things }, name: string): string {
  const things = Object.fromEntries(['app', 'release', 'slug', 'type', 'user'].map((key) => [key, [...own[key]!, ...others[key]!]]));
  const known: Record<string, readonly string[]> = {
    name: things['app']!,
    release: things['release']!,
    slug: things['slug']!,
    type: things['type']!,
    email: things['user']!,
    dyno: ['web', 'web.1'],
    stack: ['slipway-12', 'slipway-13', 'container'],
    build_stack: ['slipway-12', 'slipway-13'],
    quantity: ['+1', '-1', '2', '1e3'],
    dyno_size: ['basic', 'Eco', 'Standard-2X'],
    size: ['basic', 'Eco'],
    buildpack: ['nodejs', 'heroku/python', 'https://example.com/b.tgz', 'https://example.com/b.git#main'],
    url: ['http://127.0.0.1:1/x.tgz', 'file:///etc/passwd', 'https://example.com/x.tgz'],
    checksum: [`SHA256:${'a'.repeat(64)}`],
  };
  return random.chance(0.85) ? random.pick(known[name] ?? ['some text', '7']) : random.pick(ODD_TEXT);
}
