// The URL that the API calls itself by.
import { expect, it } from 'vitest';
import { openWeb } from '../web/open-web.js';
import { callAs } from './client.js';

it.each([
  [null, (own: string) => own],
  ['https://paas.example.com', () => 'https://paas.example.com'],
])('where the operator says %s, git and streams are there', async (publicUrl, expected) => {
  const web = await openWeb({ publicUrl });
  const call = callAs(() => web.url, web.adminToken);
  const app = (await call('POST', '/apps', { name: 'shop' })).body as { git_url: string };
  const session = (await call('POST', '/apps/shop/log-sessions', {})).body as { logplex_url: string };
  await web.stop();
  expect(app.git_url).toBe(`${expected(web.url)}/shop.git`);
  expect(session.logplex_url.startsWith(`${expected(web.url)}/streams/logs/`)).toBe(true);
});
