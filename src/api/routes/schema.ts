import { z } from 'zod';
import { publicUrl } from '../http.js';
import type { ApiDeps } from '../deps.js';
import type { OpenRouter } from '../open-router.js';
import { hyperSchema } from '../schema/hyper-schema.js';
import { noun } from '../schema/resource.js';
import type { Route } from '../schema/route.js';

const about = { name: 'schema', about: 'The schema says what there is, and how it is asked for.', identity: [] };
const Schema = noun(about, z.record(z.string(), z.unknown()));

/** The API, described: made of what every route says of itself. */
export function mountSchema(router: OpenRouter, deps: ApiDeps, routes: () => readonly Route[]): void {
  const hyper = { of: Schema, title: 'Info', about: "Shows this API as JSON Hyper-Schema, in Heroku's form.", gives: Schema };
  router.get('/schema', hyper, (http) => {
    http.body = hyperSchema(routes(), publicUrl(http, deps.place.internalUrl));
  });
}
