// What a log session's URL carries: which lines, of which app, until when. Signed, so that logplex needs no lookup.
import { isSigned, sign } from '../lib/seal.js';

export interface LogSession {
  appId: string;
  /** How many lines of the past, at most 1,500. */
  lines: number;
  /** Whether to stay and follow. */
  tail: boolean;
  source: string | null;
  /** A dyno name, or a process type. */
  dyno: string | null;
  /** Who asked for it; the token is good while they may act. */
  by: { userId: string; authorizationId: string | null };
  /** Seconds since the epoch; a stream that has begun may go on. */
  expires: number;
}

/** base64url(JSON) + '.' + signature: the last part of a log session's URL. */
export function encodeSession(key: Buffer, session: LogSession): string {
  const payload = Buffer.from(JSON.stringify(session)).toString('base64url');
  return `${payload}.${sign(key, payload)}`;
}

/** The session of a token; null when it isn't ours, was changed, or has expired at `now` (ms). */
export function decodeSession(key: Buffer, token: string, now: number): LogSession | null {
  const [payload = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || !isSigned(key, payload, signature)) return null;
  const session = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as LogSession;
  return session.expires * 1000 < now ? null : session;
}
