// The three descriptions of the API: each route that answers is in each of them, and they are what they say they are.
import type { Router } from '@koa/router';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { docsPage } from '../../../../src/api/schema/docs-page.js';
import { hyperSchema } from '../../../../src/api/schema/hyper-schema.js';
import { nounOfParam, nounsOf, paramsOf } from '../../../../src/api/schema/nouns.js';
import { openApi } from '../../../../src/api/schema/openapi.js';
import { CLOSED, OPEN, ROUTES } from '../../../support/all-routes.js';
import { HEROKU } from '../../../support/heroku-links.js';

interface Link {
  href: string;
  method: string;
  title: string;
  rel: string;
  ranges?: string[];
}

type Definitions = Record<string, { links: Link[]; properties?: object; definitions: object; type: string[] }>;

const hyper = hyperSchema(ROUTES) as unknown as { definitions: Definitions };
const document = openApi(ROUTES) as unknown as {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: object };
};
const page = docsPage(ROUTES);
const nouns = nounsOf(ROUTES);

/** Which draft it is, ajv must not look up. */
const withoutDialect = (definitions: Definitions) =>
  Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, { ...definition, $schema: undefined }]));

/** Read off the routers themselves, whoever registered there. */
function registered(): string[] {
  const stacks = [OPEN, CLOSED].flatMap((middleware) => (middleware as unknown as { router: Router }).router.stack);
  return stacks
    .flatMap(({ path, methods }) => methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${String(path)}`))
    .toSorted();
}

const named = ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted();
const links = Object.values(hyper.definitions).flatMap((definition) => definition.links);

/** `/apps/{(%23%2Fdefinitions%2Fapp%2Fdefinitions%2Fidentity)}` → `/apps/*`. */
const shapeOf = (path: string) => path.replace(/\{[^}]*\}|:\w+/g, '*');

describe('every route that answers', () => {
  it('says what it is', () => expect(named).toEqual(registered()));

  it('is in the hyper-schema, under its noun', () => {
    const shapes = links.map(({ method, href }) => `${method} ${shapeOf(href)}`);
    expect(shapes.toSorted()).toEqual(named.map(shapeOf).toSorted());
  });

  it('is in the OpenAPI document, with an id of its own', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${shapeOf(path)}`),
    );
    expect(operations.toSorted()).toEqual(named.map(shapeOf).toSorted());
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is on the page', () => {
    for (const { method, path } of ROUTES) expect(page).toContain(`<b>${method}</b> <code>${path}</code>`);
  });

  it('has a noun, and so has each part of its path', () => {
    for (const { path, of } of ROUTES) {
      expect(
        nouns.some(({ schema }) => schema === of),
        path,
      ).toBe(true);
      const unknown = paramsOf(path).filter((param) => !nounOfParam(nouns, param));
      expect(unknown, path).toEqual(path.startsWith('/blobs/') ? ['kind', 'name'] : path.startsWith('/streams/') ? ['kind', 'id'] : []);
    }
  });

  it('that lists can be sorted by what its items have', () => {
    for (const { path, by, gives } of ROUTES.filter((route) => route.by)) {
      for (const property of by!) expect(Object.keys((gives as unknown as { shape: object }).shape), path).toContain(property);
    }
  });
});

/** What Heroku sorts by though its own items don't have it. */
const UNSEEN = ['started_at', 'user'];

it('lists of Heroku can be sorted as there', () => {
  const theirs = links.map((link) => ({ link, ranges: HEROKU.get(`${link.method} ${shapeOf(link.href)}`)?.ranges ?? [] }));
  expect(theirs.filter(({ ranges }) => ranges.length > 0).length).toBeGreaterThanOrEqual(3);
  for (const { link, ranges } of theirs) {
    for (const range of ranges.filter((each) => !UNSEEN.includes(each))) expect(link.ranges ?? [], link.href).toContain(range);
  }
});

describe('the documents', () => {
  it.each(Object.keys(hyper.definitions))('the hyper-schema of %s can be compiled', (name) => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ definitions: withoutDialect(hyper.definitions) }, 'ours');
    expect(() => ajv.compile({ $ref: `ours#/definitions/${name}` })).not.toThrow();
    const text = JSON.stringify(hyper.definitions[name]);
    expect(text).not.toMatch(/"type":"/);
  });

  it.each(Object.keys(document.components.schemas))('the OpenAPI schema of %s can be compiled', (name) => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'ours', components: document.components });
    expect(() => ajv.compile({ $ref: `ours#/components/schemas/${name}` })).not.toThrow();
  });

  it('the page loads nothing, and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|@import|url\(|\son\w+=|https?:\/\/(?!&lt;)/i);
    expect(page.startsWith('<!doctype html>')).toBe(true);
    for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`<section id="${anchor}">`);
  });
});
