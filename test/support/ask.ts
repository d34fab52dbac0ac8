// A request to an app through the router, with all that comes back.
import { request, type IncomingHttpHeaders } from 'node:http';
import type { Platform } from './platform.js';

export interface WholeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks the app named `name`; redirects are not followed. */
export function ask(
  platform: Pick<Platform, 'routerUrl' | 'domain'>,
  name: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<WholeAnswer> {
  const router = new URL(platform.routerUrl);
  return new Promise((resolve, reject) => {
    const host = `${name}.${platform.domain}:${router.port}`;
    const req = request({ host: router.hostname, port: router.port, path, headers: { host, ...headers }, agent: false }, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
      res.on('error', reject);
    });
    req.on('error', reject).end();
  });
}
