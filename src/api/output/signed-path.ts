// Paths of output streams: they need no token, since nobody can guess them; but they are good for a day at most, and only while
// who asked for them may act.
import { isUuid } from '../../lib/is-uuid.js';
import { isSigned, sign } from '../../lib/seal.js';
import type { Caller } from '../../model/user.js';

export type StreamKind = 'builds' | 'releases';

interface Stream {
  key: Buffer;
  kind: StreamKind;
  id: string;
  now: number;
}

const HOUR_S = 3600;
const GOOD_FOR_S = 24 * HOUR_S;

/** `/streams/builds/<id>?by=…&expires=…&signature=…`; the same for an hour, so that answers which hold it stay the same. */
export function streamPath({ key, kind, id, now, caller }: Stream & { caller: Caller }): string {
  const expires = Math.floor(now / 1000 / HOUR_S) * HOUR_S + HOUR_S + GOOD_FOR_S;
  const by = [caller.userId, caller.authorizationId].filter((part) => part !== null).join('.');
  return `/streams/${kind}/${id}?by=${by}&expires=${expires}&signature=${sign(key, textOf(kind, id, by, String(expires)))}`;
}

/** Who asked for this stream's path; null when the signature is another's, or has expired. */
export function readStreamPath({ key, kind, id, now }: Stream, query: Record<string, unknown>): Caller | null {
  const [by, expires, signature] = [query['by'], query['expires'], query['signature']].map(String);
  if (!isSigned(key, textOf(kind, id, by!, expires!), signature!) || Number(expires) * 1000 < now) return null;
  const [userId = '', authorizationId = null] = by!.split('.');
  return isUuid(userId) ? { userId, authorizationId } : null;
}

function textOf(kind: StreamKind, id: string, by: string, expires: string): string {
  return `stream ${kind} ${id} ${by} ${expires}`;
}
