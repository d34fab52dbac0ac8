// Pages of other origins may call the API, as Heroku's may be: what counts is the token, which a page has to be given. No cookie
// is looked at, so none is let through.
import type { Middleware } from 'koa';

const HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Range, ETag, Next-Range, RateLimit-Remaining, Request-Id, Warning-Message',
};

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'Access-Control-Allow-Headers':
    'Accept, Authorization, Content-Type, If-Match, If-None-Match, Last-Event-Id, Range, Request-Id, X-Http-Method-Override',
  'Access-Control-Max-Age': '600',
};

/** Lets pages of any origin in, and answers what a browser asks beforehand: the same for every path, whether it is there or not. */
export function openToPages(): Middleware {
  return (http, next) => {
    http.set(HEADERS);
    if (http.method !== 'OPTIONS') return next();
    http.set(PREFLIGHT);
    http.status = 200;
    http.body = '';
    return undefined;
  };
}
