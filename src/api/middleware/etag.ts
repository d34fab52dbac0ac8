// Tags of answers: `If-None-Match` spares one that is known already, `If-Match` makes a change only to what is known.
import { createHash } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import { PlatformError } from '../../model/errors.js';

/** Tags JSON answers with their hash: `If-None-Match` → 304. */
export function tagAnswers(): Middleware {
  return async (http, next) => {
    await next();
    if (http.method !== 'GET' || !isJson(http.body)) return;
    const text = JSON.stringify(http.body);
    http.type = 'application/json';
    http.body = text;
    // It is somebody's own, and to be asked for again each time.
    http.set('Cache-Control', 'private, no-cache');
    http.etag = tagOf(text);
    const isWhole = http.status === 200 || http.status === 206;
    if (isWhole && isAmong(http.get('if-none-match'), http.response.get('etag'))) http.status = 304;
  };
}

/** Those that wait for their turn to compare and change, by path. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Changes something unless `If-Match` names another state than `show` tells. Of several who name the same state at once, one
 * changes it. Throws `precondition_failed`.
 */
export async function checkMatch(http: Context, show: () => unknown, change: () => Promise<void>): Promise<void> {
  const header = http.get('if-match');
  if (header === '') return change();
  return inTurn(http.path, async () => {
    const present = `"${tagOf(JSON.stringify(await show()))}"`;
    if (isAmong(header, present)) return change();
    throw new PlatformError('precondition_failed', 'It has changed since you read it: get it again, then try again.');
  });
}

async function inTurn(path: string, work: () => Promise<void>): Promise<void> {
  const turn = (turns.get(path) ?? Promise.resolve()).catch(() => undefined).then(work);
  turns.set(path, turn);
  await turn.finally(() => {
    if (turns.get(path) === turn) turns.delete(path);
  });
}

function tagOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Whether a header names a tag. (Koa's own check lets `Cache-Control: no-cache` win, which fetch sends along.) */
function isAmong(header: string, etag: string): boolean {
  const known = header.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && !('pipe' in body);
}
