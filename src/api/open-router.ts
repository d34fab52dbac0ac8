// Routes that need no token: their URLs are signed, or tell no secret. What they answer is mostly no JSON, and written by them.
import { Router } from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { Method, Route } from './schema/route.js';

export type OpenContext = Context & { params: Record<string, string> };
type Answer = (http: OpenContext) => unknown;
type Facts = Pick<Route, 'of' | 'title' | 'about' | 'gives' | 'takes' | 'bytes'> & { status?: number };

export interface OpenRouter {
  get(path: string, facts: Facts, answer: Answer): void;
  put(path: string, facts: Facts, answer: Answer): void;
  /** A form of a page, which answers with a page. */
  post(path: string, facts: Facts, answer: Answer): void;
  /** All that were registered. */
  routes: Route[];
  middleware(): Middleware;
}

export function createOpenRouter(): OpenRouter {
  const router = new Router();
  const routes: Route[] = [];
  const register =
    (method: Method, usual: number) =>
    (path: string, { status = usual, ...facts }: Facts, answer: Answer) => {
      routes.push({ ...facts, method, path, status, needs: 'identify', isOpen: true });
      router.register(path, [method], async (http) => {
        await answer(http as unknown as OpenContext);
      });
    };
  return {
    routes,
    middleware: () => router.routes() as unknown as Middleware,
    get: register('GET', 200),
    put: register('PUT', 201),
    post: register('POST', 200),
  };
}
