// Holds an answer to what the API says of itself (its OpenAPI document), and to Heroku's schema where the call is Heroku's.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { openApi } from '../../../src/api/schema/openapi.js';
import type { Route } from '../../../src/api/schema/route.js';
import { ROUTES } from '../../support/all-routes.js';
import { HEROKU } from '../../support/heroku-links.js';
import type { Answer } from './client.js';
import { unlikeHeroku } from './heroku-schema.js';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

/** The statuses of Heroku's table, and what each is called; 412, 413 and 503 are ours. */
const IDS: Record<number, string[]> = {
  400: ['bad_request'],
  401: ['unauthorized'],
  403: ['forbidden', 'two_factor'],
  404: ['not_found'],
  406: ['not_acceptable'],
  409: ['conflict'],
  412: ['precondition_failed'],
  413: ['too_large'],
  416: ['requested_range_not_satisfiable'],
  422: ['invalid_params'],
  423: ['confirmation_required'],
  429: ['rate_limit'],
  503: ['unavailable'],
};

const document = openApi(ROUTES) as unknown as { paths: Record<string, Record<string, Operation>>; components: object };
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'ours', components: document.components });
const compiled = new Map<string, ValidateFunction | null>();
const patterns = ROUTES.map((route) => ({ route, pattern: new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}/?$`, 'i') }));

/** The route that answers a call. */
export function routeOf(method: string, path: string): Route | undefined {
  const [target = ''] = path.split('?');
  return patterns.find(({ route, pattern }) => route.method === method && pattern.test(target))?.route;
}

/** Fails unless this may be answered to that call. */
export function expectContract(method: string, path: string, { status, headers, body }: Answer): void {
  const call = `${method} ${path} → ${status}`;
  if (status === 304) return expect(body, call).toBe('');
  const route = routeOf(method, path);
  const isPage = route?.bytes?.gives === 'text/html' && (headers.get('content-type')?.startsWith('text/html') ?? false);
  if (isPage && status in IDS) return expect(body, call).toContain('role="alert"');
  if (status >= 400) return expectRefusal(call, status, headers, body);
  // What isn't the API's (health, git, logs) is another's to test.
  if (!route) return;
  expect(route.by ? [route.status, 206] : [route.status], call).toContain(status);
  if (!route.gives) return;
  const ours = validatorOf(route, status);
  const wrong =
    ours && !ours(body) ? (ours.errors ?? []).map(({ instancePath, message, params }) => ({ instancePath, message, params })) : [];
  expect(wrong, `${call}, by our own schema`).toEqual([]);
  const theirs = HEROKU.get(`${method} ${route.path.replace(/:\w+/g, '*')}`)?.targetSchema;
  if (theirs) expect(unlikeHeroku(theirs, body), `${call}, by Heroku's schema`).toEqual([]);
}

function expectRefusal(call: string, status: number, headers: Headers, body: unknown): void {
  const { resource: _resource, error: _error, error_description: _description, ...told } = body as Record<string, unknown>;
  expect(told, call).toEqual({ id: expect.any(String), message: expect.any(String) });
  expect(IDS[status], call).toContain((body as { id: string }).id);
  expect(headers.get('content-type'), call).toMatch(/^application\/json/);
}

function validatorOf({ method, path }: Route, status: number): ValidateFunction | null {
  const key = `${method} ${path} ${status}`;
  if (!compiled.has(key)) {
    const { responses } = document.paths[path.replace(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!;
    const schema = responses[String(status)]?.content?.['application/json']?.schema;
    const located = schema && (JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"ours#/')) as object);
    compiled.set(key, located ? ajv.compile(located) : null);
  }
  return compiled.get(key) ?? null;
}
