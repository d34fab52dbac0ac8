import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { encodeSession } from '../../../model/session-token.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiRouter } from '../../api-router.js';
import { callerOf, publicUrl } from '../../http.js';
import { createdAt, id, updatedAt, wholeNumber } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

/** Seconds in which a session's URL must be opened. */
const OPEN_WITHIN_S = 300;
const MOST_LINES = 1500;

const text = z.string().max(200).nullish();
const Wish = z.object({
  dyno: text,
  dyno_name: text,
  type: text,
  source: text,
  lines: wholeNumber(0, 1_000_000_000).default(100),
  tail: z.boolean().nullish(),
});

const LogSession = resource(
  { name: 'log-session', about: "A log session is a URL by which an app's log is read." },
  {
    id: id('log session'),
    logplex_url: z.url().describe('URL of the log, to be opened within five minutes: needs no token'),
    created_at: createdAt('log session'),
    updated_at: updatedAt('log session'),
  },
);

export function mountLogSessions(router: ApiRouter, deps: ApiDeps): void {
  const creating = { of: LogSession, title: 'Create', about: "Opens an app's log: what it said, and what it says.", takes: Wish } as const;
  router.post('/apps/:app/log-sessions', { ...creating, needs: 'read-logs', gives: LogSession }, (http, wish) => {
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
    return {
      id: randomUUID(),
      logplex_url: `${publicUrl(http, deps.place)}/streams/logs/${token}`,
      created_at: at,
      updated_at: at,
    };
  });
}
