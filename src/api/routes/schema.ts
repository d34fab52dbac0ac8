import { z } from 'zod';
import { publicUrl } from '../http.js';
import type { ApiDeps } from '../deps.js';
import type { OpenRouter } from '../open-router.js';
import { docsPage } from '../schema/docs-page.js';
import { hyperSchema, located } from '../schema/hyper-schema.js';
import { openApi } from '../schema/openapi.js';
import { noun } from '../schema/resource.js';
import type { Route } from '../schema/route.js';

const about = { name: 'schema', about: 'The schema says what there is, and how it is asked for.', identity: [] };
const Schema = noun(about, z.record(z.string(), z.unknown()));

/** The page may load nothing, and be shown in no other. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The API, described: made, once, of what every route says of itself. */
export function mountSchema(router: OpenRouter, deps: ApiDeps, routes: () => readonly Route[]): void {
  const made = {
    hyper: once(() => hyperSchema(routes())),
    openApi: once(() => openApi(routes())),
    page: once(() => docsPage(routes())),
  };

  const hyper = { of: Schema, title: 'Info', about: "Shows this API as JSON Hyper-Schema, in Heroku's form.", gives: Schema };
  router.get('/schema', hyper, (http) => {
    http.body = located(made.hyper(), publicUrl(http, deps.place));
  });

  router.get(
    '/openapi.json',
    { of: Schema, title: 'OpenAPI', about: 'Shows this API as an OpenAPI 3.1 document.', gives: Schema },
    (http) => {
      http.body = made.openApi();
    },
  );

  router.get(
    '/docs',
    { of: Schema, title: 'Page', about: 'Shows this API as a page for people.', bytes: { gives: 'text/html' } },
    (http) => {
      http.set('Content-Security-Policy', POLICY);
      http.set('X-Content-Type-Options', 'nosniff');
      http.type = 'html';
      http.body = made.page();
    },
  );
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
