// The app feature `https-only`: what comes over plain HTTP is told to come again over TLS. How long browsers are to remember that (HSTS)
// is the app's own to say.
import type { Exchange } from './in/exchange.js';
import { hostname } from './table/route-table.js';

/** Where it is to come again; undefined where it has come over TLS, or the app takes both. */
export function secureUrl(
  { route, protocol, head }: Pick<Exchange, 'route' | 'protocol' | 'head'>,
  tlsPort: number | null,
): string | undefined {
  if (!route.httpsOnly || protocol === 'https' || tlsPort === null) return undefined;
  const port = tlsPort === 443 ? '' : `:${tlsPort}`;
  return `https://${hostname(head.host)}${port}${head.path.startsWith('/') ? head.path : '/'}`;
}

/** Sends it there: with its method and body, unless that is only a page to be shown. */
export function redirect(x: Exchange, location: string): void {
  x.status = x.head.method === 'GET' || x.head.method === 'HEAD' ? 301 : 308;
  x.client.answerText(x.status, ['Location', location], '');
}
