import type { Middleware } from 'koa';

const METHODS = new Set(['GET', 'PUT', 'PATCH', 'DELETE']);

/** A POST may say that it is another method: `X-Http-Method-Override: PATCH`, for clients that know no such. */
export function overrideMethod(): Middleware {
  return (http, next) => {
    const wished = http.get('x-http-method-override').toUpperCase();
    if (http.method === 'POST' && METHODS.has(wished)) http.method = wished;
    return next();
  };
}
