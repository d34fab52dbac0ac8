// Which of a client's headers a dyno never sees.

/** Headers that end at the router, or that it sets anew. Content-Length is framing: it passes as the number that was read. */
export const DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'via',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-request-id',
  'x-request-start',
  'connect-time',
  'total-route-time',
]);

/**
 * Whether a name in lower case is another spelling of one that apps trust. CGI, WSGI, Rack and PHP read `X_Forwarded_Proto`
 * and `X.Forwarded.Proto` as they read `X-Forwarded-Proto`; other names with an underscore are the app's own affair.
 */
export function isForgery(name: string): boolean {
  if (!/[^a-z0-9-]/.test(name)) return false;
  const folded = name.replace(/[^a-z0-9]/g, '-');
  return DROPPED.has(folded) || folded === 'content-length' || folded.startsWith('x-forwarded-');
}
