// Heroku's form of the schema: JSON Hyper-Schema, draft 4, one definition a noun with its properties and links. What Heroku's own
// generators of clients read.
import { z } from 'zod';
import { jsonSchemaOf, type Json, type JsonSchema } from './json-schema.js';
import { nounOfParam, nounsOf, paramsOf, propertiesOf, type NamedSchema } from './nouns.js';
import { nounOf } from './resource.js';
import type { Route } from './route.js';

const DRAFT = 'http://json-schema.org/draft-04/hyper-schema';

/** What GET /schema answers, but for the API's URL. */
export function hyperSchema(routes: readonly Route[]): JsonSchema {
  const nouns = nounsOf(routes);
  return {
    $schema: 'http://interagent.github.io/interagent-hyper-schema',
    title: 'Slipway Platform API',
    description: 'The platform API: what one can do with apps, and with what belongs to them.',
    type: ['object'],
    definitions: Object.fromEntries(nouns.map((noun) => [noun.name, definition(noun, nouns, routes)])),
    properties: Object.fromEntries(nouns.map(({ name }) => [name, { $ref: `#/definitions/${name}` }])),
  };
}

/** The same with the API's URL, as its caller reaches it. */
export function located(schema: JsonSchema, url: string): JsonSchema {
  return { ...schema, id: `${url}/schema#`, links: [{ href: url, rel: 'self', title: 'Index' }] };
}

function definition(noun: NamedSchema, nouns: readonly NamedSchema[], routes: readonly Route[]): JsonSchema {
  const { description: _about, ...own } = jsonSchemaOf(noun.schema, 'draft-4');
  const names = Object.keys(propertiesOf(noun));
  const parts = (own['properties'] ?? {}) as JsonSchema;
  const definitions = Object.fromEntries(names.map((name) => [name, typed(parts[name] ?? {})]));
  const refs = Object.fromEntries(names.map((name) => [name, { $ref: `#/definitions/${noun.name}/definitions/${name}` }]));
  return {
    $schema: DRAFT,
    title: `Slipway Platform API - ${noun.name}`,
    description: noun.about,
    stability: 'production',
    ...(typed(own) as JsonSchema),
    ...(names.length > 0 && { strictProperties: true, properties: refs }),
    definitions: { ...definitions, identity: identity(noun) },
    links: routes.filter(({ of }) => nounOf(of)?.name === noun.name).map((route) => link(route, nouns)),
  };
}

/** What a path may name one by. `~` is a word, not a property. */
function identity(noun: NamedSchema): JsonSchema {
  const properties = noun.identity
    .filter((name) => name !== '~')
    .map((name) => ({ $ref: `#/definitions/${noun.name}/definitions/${name}` }));
  const word = noun.identity.includes('~') ? [{ type: ['string'], enum: ['~'] }] : [];
  return noun.identity.length > 0 ? { anyOf: [...properties, ...word] } : {};
}

function link(route: Route, nouns: readonly NamedSchema[]): JsonSchema {
  return {
    title: route.title,
    description: route.about,
    href: hrefOf(route.path, nouns),
    method: route.method,
    rel: relationOf(route),
    ...(route.by && { ranges: [...route.by] }),
    ...(route.takes && { schema: typed(jsonSchemaOf(route.takes, 'draft-4')) }),
    ...(route.gives && { targetSchema: targetOf(route) }),
  };
}

/** `/apps/{(%23%2Fdefinitions%2Fapp%2Fdefinitions%2Fidentity)}`; a part that names no noun is a variable. */
function hrefOf(path: string, nouns: readonly NamedSchema[]): string {
  return paramsOf(path).reduce((href, param) => {
    const noun = nounOfParam(nouns, param);
    const pointer = noun ? `(${encodeURIComponent(`#/definitions/${noun.name}/definitions/identity`)})` : param;
    return href.replace(`:${param}`, `{${pointer}}`);
  }, path);
}

function relationOf({ method, by, path }: Route): string {
  if (method === 'GET') return by ? 'instances' : 'self';
  if (method === 'POST') return path.includes('/actions/') ? 'update' : 'create';
  return method === 'DELETE' ? 'destroy' : 'update';
}

function targetOf({ gives, by }: Route): Json {
  if (by) return { type: ['array'], items: schemaOrRef(gives!) };
  return schemaOrRef(gives!);
}

function schemaOrRef(schema: z.ZodType): Json {
  const noun = nounOf(schema);
  if (noun) return { $ref: `#/definitions/${noun.name}` };
  if (schema instanceof z.ZodArray) return { type: ['array'], items: schemaOrRef(schema.element as z.ZodType) };
  return typed(jsonSchemaOf(schema, 'draft-4'));
}

/** Heroku's schema has types as lists, always. */
function typed(node: Json): Json {
  if (Array.isArray(node)) return node.map(typed);
  if (typeof node !== 'object' || node === null) return node;
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, typed(value)]));
  return typeof made['type'] === 'string' ? { ...made, type: [made['type']] } : made;
}
