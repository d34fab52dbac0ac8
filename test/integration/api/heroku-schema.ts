// Checks replies against Heroku's own schema. Where it says `strictProperties`, every property must be there and no other.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const FILE = resolve(import.meta.dirname, '../../fixtures/heroku-platform-schema.json');

/** What we send beside the schema: Heroku's CLI reads it, or only we have it. */
const EXTRA: Record<string, string[]> = {
  app: ['create_status', 'locked'],
  build: ['buildpack_reports', 'cancelled'],
  'oauth-authorization': ['apps', 'last_used_at'],
  account: ['role'],
  'add-on-attachment': ['config_vars'],
  dyno: ['attach_fingerprint'],
  'app-webhook-delivery': ['seq'],
  'app-webhook-event': ['seq'],
  // What is told holds these, and the client prints when it was.
  'app-webhook-event/definitions/payload': ['id', 'sequence', 'created_at', 'updated_at', 'published_at'],
};

/** Where the schema names Heroku's own hosts and Amazon's regions, ours are others. */
const OWN = new Map<string, Json>([
  ['^https://git\\.heroku\\.com/[a-z][a-z0-9-]{2,29}\\.git$', '^https?://[^/]+/[a-z][a-z0-9-]{1,28}[a-z0-9]\\.git$'],
  ['^https?://[a-z][a-z0-9-]{3,43}\\.herokuapp\\.com/$', '^https?://[a-z][a-z0-9-]{1,28}[a-z0-9]\\.[a-z.]+(:\\d+)?/$'],
]);

/** It calls a host name a URI; what Heroku sends is none. */
const HOST_NAME = /\/domain\/definitions\/hostname$/;

/** Members of teams may be viewers, which one of its two lists of roles forgets. */
const ROLES = ['admin', 'collaborator', 'member', 'owner'];

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(prepare(JSON.parse(readFileSync(FILE, 'utf8')) as Json, '') as object, 'heroku');

/** Fails unless `body` is what Heroku would send for this noun (`app`, `[app]` for a list of them). */
export function expectHeroku(noun: string, body: unknown): void {
  const name = noun.replace(/[[\]]/g, '');
  const one = `heroku#/definitions/${name}`;
  expect(whyNot(noun.startsWith('[') ? { type: 'array', items: { $ref: one } } : { $ref: one }, body), noun).toEqual([]);
}

/** What doesn't hold of an answer by the schema that Heroku's names for it. */
export function unlikeHeroku(targetSchema: object, body: unknown): string[] {
  return whyNot(JSON.parse(JSON.stringify(targetSchema).replaceAll('"#/', '"heroku#/')) as object, body);
}

function whyNot(schema: object, body: unknown): string[] {
  const validate = ajv.compile(schema);
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

function prepare(node: Json, path: string): Json {
  if (Array.isArray(node)) return node.map((each) => prepare(each, path));
  if (typeof node === 'string') return OWN.get(node) ?? node;
  if (typeof node !== 'object' || node === null) return node;
  const made: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(node)) {
    const isKeyword = (key === 'id' || key === '$schema') && typeof value === 'string';
    const isAmazon = key === 'enum' && Array.isArray(value) && value.includes('us-east-1');
    const isHostName = key === 'format' && HOST_NAME.test(path);
    const isRole = key === 'enum' && Array.isArray(value) && ROLES.every((role) => value.includes(role));
    if (isRole) made[key] = [...(value as Json[]), 'viewer'];
    else if (!isKeyword && !isAmazon && !isHostName) made[key] = prepare(value, `${path}/${key}`);
  }
  return strict(made, path);
}

function strict(node: { [key: string]: Json }, path: string): Json {
  const { properties } = node;
  if (node['strictProperties'] !== true || typeof properties !== 'object' || properties === null || Array.isArray(properties)) return node;
  const noun = /^\/definitions\/(.+)$/.exec(path)?.[1] ?? '';
  const extra = Object.fromEntries((EXTRA[noun] ?? []).map((key) => [key, {}]));
  return { ...node, properties: { ...properties, ...extra }, required: Object.keys(properties), additionalProperties: false };
}
