// The routes of the API. Whoever registers one says what it is about, what it takes and gives, and what one must be allowed to do:
// requests are held to that before the answer is made, and GET /schema, /openapi.json and /docs are written from it.
import { Router } from '@koa/router';
import type { Middleware } from 'koa';
import type { z } from 'zod';
import type { Page, Range } from '../model/page.js';
import { admit } from './admit.js';
import { readWish } from './body.js';
import type { ApiDeps } from './deps.js';
import { reply, type ApiContext, type ApiState } from './http.js';
import { audited } from './middleware/audit.js';
import { checkMatch } from './middleware/etag.js';
import { parseRange, replyPage } from './range.js';
import type { Facts, Method, Route } from './schema/route.js';

/** The present state of something, as a GET of the same path shows it. */
type Show = (http: ApiContext) => unknown;
type Answer<Gives extends z.ZodType> = z.input<Gives> | Promise<z.input<Gives>>;
type Gives<S extends z.ZodType> = Facts & { gives: S };
type Lists<S extends z.ZodType> = Gives<S> & { by: readonly [string, ...string[]] };
type Changes<S extends z.ZodType, Body extends z.ZodType> = Gives<S> & { takes?: Body; status?: number };
type Change = <S extends z.ZodType, Body extends z.ZodType>(
  path: string,
  facts: Changes<S, Body>,
  answer: (http: ApiContext, wish: z.output<Body>) => Answer<S>,
) => void;

export interface ApiRouter {
  /** Shows one thing. */
  get<S extends z.ZodType>(path: string, facts: Gives<S>, answer: (http: ApiContext) => Answer<S>): void;
  /** Shows a list in pieces; `gives` is one item of it. */
  list<S extends z.ZodType>(path: string, facts: Lists<S>, answer: (http: ApiContext, range: Range) => Promise<Page<z.input<S>>>): void;
  /** Makes something; 201 unless `status` says otherwise. */
  post: Change;
  put: Change;
  patch: Change;
  delete: Change;
  /** All that were registered. */
  routes: Route[];
  middleware(): Middleware;
}

export function createApiRouter(deps: ApiDeps): ApiRouter {
  const router = new Router<ApiState>();
  const routes: Route[] = [];
  const shows = new Map<string, Show>();

  function add(route: Route, answer: (http: ApiContext) => Promise<void>): void {
    routes.push(route);
    router.register(route.path, [route.method], async (http: ApiContext) => {
      await admit(deps, http, route);
      await answer(http);
    });
  }

  function change(method: Exclude<Method, 'GET'>, usual: number): Change {
    return (path, { status = usual, ...facts }, answer) =>
      add({ method, path, status, ...facts }, async (http) => {
        const wish = (facts.takes ? await readWish(http, facts.takes) : undefined) as Parameters<typeof answer>[1];
        const show = shows.get(path);
        const change = async () => (await answer(http, wish)) as object;
        const work = async () => reply(http, status, await audited(http, `${method} ${path}`, change));
        await (show ? checkMatch(http, () => show(http), work) : work());
      });
  }

  return {
    routes,
    middleware: () => router.routes() as unknown as Middleware,
    get(path, facts, answer) {
      shows.set(path, answer);
      add({ method: 'GET', path, status: 200, ...facts }, async (http) => reply(http, 200, (await answer(http)) as object));
    },
    list(path, facts, answer) {
      shows.set(path, async (http) => (await answer(http, parseRange('', facts.by))).items);
      add({ method: 'GET', path, status: 200, ...facts }, async (http) => {
        const range = parseRange(http.get('range'), facts.by);
        replyPage(http, range, facts.by, (await answer(http, range)) as Page<Record<string, unknown>>);
      });
    },
    post: change('POST', 201),
    put: change('PUT', 200),
    patch: change('PATCH', 200),
    delete: change('DELETE', 200),
  };
}
