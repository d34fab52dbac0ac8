// Routers for one test each, and dynos behind them: closed when the test has ended.
import { afterEach } from 'vitest';
import type { Limits } from '../../../src/router/limits.js';
import type { AppRoute } from '../../../src/store/app/routes.js';
import { aDyno, anApp, startTestRouter, type TestRouter, type Upstream } from './support.js';

/** What the test that runs has opened, besides what is opened here. */
export const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export async function routerFor(apps: AppRoute[], limits: Partial<Limits> = {}): Promise<TestRouter> {
  const router = await startTestRouter(apps, limits);
  open.push(() => router.close());
  return router;
}

export async function behind(dyno: Upstream, limits: Partial<Limits> = {}): Promise<TestRouter> {
  open.push(() => dyno.close());
  return routerFor([anApp({ dynos: [aDyno({ port: dyno.port })] })], limits);
}

export const HOST = 'Host: demo.localhost';
export const post = (headers: string, body = '') => `POST / HTTP/1.1\r\n${HOST}\r\n${headers}\r\n\r\n${body}`;
