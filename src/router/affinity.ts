// The app feature `http-session-affinity`: a browser is told by a cookie which dyno has answered it, and asks that one again. Once the dyno
// is gone, or can take no more, another answers.
import type { Exchange } from './in/exchange.js';

const COOKIE = 'heroku-session-affinity';
const VALUE = new RegExp(`(?:^|;[\\t ]*)${COOKIE}=([\\w-]{1,64})(?=;|$)`);
const DAY_S = 86_400;

/** The id of the dyno that the client was answered by; undefined where it doesn't say, or the app has no affinity. */
export function preferredDyno({ route, head }: Pick<Exchange, 'route' | 'head'>): string | undefined {
  if (!route.hasAffinity) return undefined;
  const { headers } = head;
  for (let i = 0; i < headers.length; i += 2) {
    const found = headers[i]!.toLowerCase() === 'cookie' ? VALUE.exec(headers[i + 1]!) : null;
    if (found) return found[1];
  }
  return undefined;
}

/** What its answer sets, where another dyno answers than the client knows of. */
export function affinityCookie(x: Pick<Exchange, 'route' | 'head' | 'dyno' | 'protocol'>): string | undefined {
  if (!x.route.hasAffinity || !x.dyno || preferredDyno(x) === x.dyno.id) return undefined;
  return `${COOKIE}=${x.dyno.id}; Path=/; Max-Age=${DAY_S}; HttpOnly${x.protocol === 'https' ? '; Secure' : ''}`;
}
