// The API as an OpenAPI 3.1 document.
import { z } from 'zod';
import { jsonSchemaOf, type Json, type JsonSchema } from './json-schema.js';
import { nounOfParam, nounsOf, paramsOf, type NamedSchema } from './nouns.js';
import { nounOf } from './resource.js';
import type { Route } from './route.js';

const ABOUT = [
  'What one can do with apps, and with what belongs to them: the Heroku Platform API, as far as this platform goes.',
  'Send `Authorization: Bearer <token>` and `Accept: application/vnd.heroku+json; version=3`.',
].join('\n');

const TEXT = { type: 'string' } as const;

/** What GET /openapi.json answers. */
export function openApi(routes: readonly Route[]): JsonSchema {
  const nouns = nounsOf(routes);
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, nouns) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Slipway Platform API', version: '3', description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: nouns.map(({ name, about }) => ({ name, description: about })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token, as `paas authorizations:create` makes one.' } },
      schemas: { ...Object.fromEntries(nouns.map((noun) => [noun.name, componentOf(noun)])), error: errorSchema() },
      responses: { error: { description: 'Why not, in words for people.', content: json({ $ref: '#/components/schemas/error' }) } },
      headers: headers(),
    },
  };
}

function operation(route: Route, nouns: readonly NamedSchema[]): JsonSchema {
  const noun = nounOf(route.of)?.name ?? 'other';
  const parameters = [...paramsOf(route.path).map((param) => pathParameter(param, nouns)), ...(route.by ? [rangeParameter(route.by)] : [])];
  const answers = { [String(route.status)]: answer(route), ...(route.by && { '206': answer(route) }) };
  return {
    operationId: operationId(route),
    tags: [noun],
    summary: route.title,
    description: route.about,
    ...(parameters.length > 0 && { parameters }),
    ...bodyOf(route),
    responses: { ...answers, default: { $ref: '#/components/responses/error' } },
    ...(route.isOpen && { security: [] }),
  };
}

/** `get-apps-app-builds`: of method and path, so that it is one of a kind and stays. */
function operationId({ method, path }: Route): string {
  return `${method} ${path}`.toLowerCase().replace(/[^a-z]+/g, '-');
}

function pathParameter(name: string, nouns: readonly NamedSchema[]): JsonSchema {
  const noun = nounOfParam(nouns, name);
  const about = noun ? `${noun.name}: its ${noun.identity.filter((each) => each !== '~').join(' or ')}` : `${name} of the signed URL`;
  const isOwn = noun?.identity.includes('~') ? '; ~ for your own' : '';
  return { name, in: 'path', required: true, description: about + isOwn, schema: TEXT };
}

function rangeParameter(by: readonly string[]): JsonSchema {
  const description = `Which part of the list: "${by[0]} ..; max=10, order=desc". Sorted by one of: ${by.join(', ')}.`;
  return { name: 'Range', in: 'header', description, schema: TEXT };
}

function bodyOf({ takes, bytes }: Route): JsonSchema {
  if (bytes?.takes) return { requestBody: { required: true, content: { [bytes.takes]: {} } } };
  if (!takes) return {};
  return { requestBody: { required: !takes.safeParse({}).success, content: json(jsonSchemaOf(takes, 'draft-2020-12')) } };
}

function answer({ gives, bytes, by, about }: Route): JsonSchema {
  const names = by ? ['Accept-Ranges', 'Content-Range', 'Next-Range'] : [];
  const told = ['Request-Id', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  const one = gives && schemaOrRef(gives);
  const content = one ? json(by ? { type: 'array', items: one } : one) : { [bytes?.gives ?? 'text/plain']: {} };
  return { description: about, headers: Object.fromEntries(told) as JsonSchema, content };
}

function schemaOrRef(schema: z.ZodType): JsonSchema {
  const noun = nounOf(schema);
  if (noun) return { $ref: `#/components/schemas/${noun.name}` };
  if (schema instanceof z.ZodArray) return { type: 'array', items: schemaOrRef(schema.element as z.ZodType) };
  return jsonSchemaOf(schema, 'draft-2020-12');
}

function componentOf({ schema, about }: NamedSchema): JsonSchema {
  return { description: about, ...jsonSchemaOf(schema, 'draft-2020-12') };
}

function errorSchema(): JsonSchema {
  const properties: JsonSchema = {
    id: { ...TEXT, description: 'what kind of error it is: not_found, invalid_params' },
    message: { ...TEXT, description: 'why, in words for people' },
  };
  return { type: 'object', properties, required: ['id', 'message'] };
}

function headers(): JsonSchema {
  const header = (description: string): Json => ({ description, schema: TEXT });
  return {
    'Request-Id': header('What the platform logs of this request is found by this.'),
    'Accept-Ranges': header('What the list can be sorted by.'),
    'Content-Range': header('First and last of what came.'),
    'Next-Range': header('What to send as Range for the next part; absent where this was the end.'),
  };
}

function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } };
}
