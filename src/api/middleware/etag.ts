import { createHash } from 'node:crypto';
import type { Middleware } from 'koa';

/** Tags JSON answers with their hash: `If-None-Match` → 304. */
export function tagAnswers(): Middleware {
  return async (http, next) => {
    await next();
    if (http.method !== 'GET' || !isJson(http.body)) return;
    const text = JSON.stringify(http.body);
    http.type = 'application/json';
    http.body = text;
    http.etag = createHash('sha256').update(text).digest('hex').slice(0, 32);
    if (http.status === 200 && isKnown(http.get('if-none-match'), http.response.get('etag'))) http.status = 304;
  };
}

/** Whether a client has this very answer already. (Koa's own check lets `Cache-Control: no-cache` win, which fetch sends along.) */
function isKnown(header: string, etag: string): boolean {
  const known = header.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && !('pipe' in body);
}
