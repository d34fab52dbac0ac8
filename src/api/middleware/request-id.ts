import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';

/** What a client may call its request: no more than an id, so that nothing of it can be a header or a log line of its own. */
const ID = /^[\w.-]{8,64}$/;
/** A reply's header has room for as many; Heroku's client sends those of all its calls. */
const MOST = 100;

/** Gives every request an id, and every reply the header that tells it, before those that the client gave it. */
export function nameRequests(): Middleware {
  return async (http, next) => {
    const id = randomUUID();
    http.state['requestId'] = id;
    http.set('Request-Id', mergeIds(id, http.get('request-id')));
    await next();
  };
}

/** Our id and the client's, each once, by comma. */
export function mergeIds(own: string, header: string): string {
  const theirs = header.split(',').map((each) => each.trim());
  return [...new Set([own, ...theirs.filter((each) => ID.test(each))])].slice(0, MOST).join(',');
}
