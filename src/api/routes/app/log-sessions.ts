import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { encodeSession } from '../../../model/session-token.js';
import type { ApiDeps } from '../../deps.js';
import { callerOf, parseBody, publicUrl, reply, type ApiRouter } from '../../http.js';

/** Seconds in which a session's URL must be opened. */
const OPEN_WITHIN_S = 300;
const MOST_LINES = 1500;

const text = z.string().max(200).nullish();
const Wish = z.object({
  dyno: text,
  dyno_name: text,
  type: text,
  source: text,
  lines: z.coerce.number().int().min(0).default(100),
  tail: z.boolean().nullish(),
});

export function mountLogSessions(router: ApiRouter, deps: ApiDeps): void {
  router.post('/apps/:app/log-sessions', async (http) => {
    const wish = await parseBody(http, Wish);
    const now = Date.now();
    const token = encodeSession(deps.store.key, {
      appId: http.state.app.id,
      lines: Math.min(wish.lines, MOST_LINES),
      tail: wish.tail ?? false,
      source: wish.source || null,
      by: callerOf(http),
      dyno: wish.dyno || wish.dyno_name || wish.type || null,
      expires: Math.floor(now / 1000) + OPEN_WITHIN_S,
    });
    const at = new Date(now).toISOString();
    reply(http, 201, {
      id: randomUUID(),
      logplex_url: `${publicUrl(http, deps.place.internalUrl)}/streams/logs/${token}`,
      created_at: at,
      updated_at: at,
    });
  });
}
