import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';

/** Gives every request an id, and every reply the header that tells it. What the client sent as one stays the client's. */
export function nameRequests(): Middleware {
  return async (http, next) => {
    const id = randomUUID();
    http.state['requestId'] = id;
    http.set('Request-Id', id);
    await next();
  };
}
