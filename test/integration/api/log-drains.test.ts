// Where an app's log is sent: what may be added, how it is named, and what of it is kept and shown.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MOST_DRAINS } from '../../../src/model/logs/drain.js';
import { until } from '../../support/until.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { readBatches } from '../../../src/bus/log-lines.js';
import { asking } from './asking.js';
import { callAs, type Call } from './client.js';

let web: OpenWeb;
let admin: Call;
let appId: string;
const ask = asking(() => admin);

interface Shown {
  id: string;
  token: string;
  url: string;
  updated_at: string;
}

beforeAll(async () => {
  web = await openWeb({ fetchAllow: ['127.0.0.1:6514'] });
  admin = callAs(() => web.url, web.adminToken);
  for (const name of ['shop', 'blog']) await admin('POST', '/apps', { name });
  appId = (await ask<{ id: string }>(200, 'app', 'GET', '/apps/shop')).id;
});
afterAll(() => web.stop());

const add = (url: string, status = 201, app = 'shop') =>
  ask<Shown>(status, status === 201 ? 'log-drain' : null, 'POST', `/apps/${app}/log-drains`, { url });
const urls = async () => (await ask<Shown[]>(200, '[log-drain]', 'GET', '/apps/shop/log-drains')).map(({ url }) => url);
const path = (ref: string, app = 'shop') => `/apps/${app}/log-drains/${encodeURIComponent(ref)}`;
const SECRET = 'https://user:secret@logs.example.com/token?key=secret';

it('is added once, found by id, token or URL, and removed', async () => {
  const drain = await add(SECRET);
  expect(drain).toMatchObject({
    url: SECRET,
    addon: null,
    app: { name: 'shop' },
    token: expect.stringMatching(/^d\.[0-9a-f-]{36}$/) as string,
  });
  for (const ref of [drain.id, drain.token, SECRET]) {
    expect(await ask(200, 'log-drain', 'GET', path(ref))).toEqual(drain);
    await ask(404, null, 'GET', path(ref, 'blog'));
    await ask(404, null, 'DELETE', path(ref, 'blog'));
  }
  expect(await add(SECRET, 422)).toMatchObject({ id: 'invalid_params', message: 'Url has already been taken' });
  expect(await add(SECRET, 201, 'blog')).toMatchObject({ url: SECRET });
  expect(await urls()).toEqual([SECRET]);
  expect(await ask(200, 'log-drain', 'DELETE', path(SECRET))).toEqual(drain);
  await ask(404, null, 'DELETE', path(SECRET));
  expect(await urls()).toEqual([]);
});

it('is one of five at most, whoever adds them at the same time', async () => {
  const all = await Promise.all(
    Array.from({ length: MOST_DRAINS + 3 }, (_, at) => admin('POST', '/apps/shop/log-drains', { url: `syslog+tls://l${at}.example.com` })),
  );
  expect(all.filter(({ status }) => status === 201)).toHaveLength(MOST_DRAINS);
  expect(all.find(({ status }) => status === 422)?.body).toMatchObject({
    message: expect.stringMatching(/^An app has 5 log drains at most/) as string,
  });
  for (const url of await urls()) await ask(200, 'log-drain', 'DELETE', path(url));
});

it.each([
  'https://127.0.0.1/',
  'http://[::1]/',
  'syslog://10.0.0.1',
  'syslog://2130706433',
  'https://169.254.169.254/',
  'syslog://127.0.0.1:6515',
])('%s leads to what only the platform reaches', async (url) => {
  expect(await add(url, 422)).toMatchObject({
    message: expect.stringMatching(/^url: \S+ is not on the public internet; the operator/) as string,
  });
});

it('leads inside where the operator allows it', async () => {
  const { id } = await add('syslog+tls://127.0.0.1:6514');
  await ask(200, 'log-drain', 'DELETE', path(id));
});

it('keeps what is secret in its URL: sealed in the store, from the logs, and from tokens that read no config vars', async () => {
  const drain = await add(SECRET);
  const [row] = await web.ctx.store.db.selectFrom('logDrains').selectAll().where('id', '=', drain.id).execute();
  expect(Buffer.concat([row!.urlSealed, Buffer.from(row!.urlDigest)]).toString('latin1')).not.toContain('secret');
  const made = await admin('POST', '/oauth/authorizations', { scope: ['read'] });
  const reader = callAs(() => web.url, (made.body as { access_token: { token: string } }).access_token.token);
  expect((await reader('GET', path(drain.id))).body).toEqual({ ...drain, url: 'https://logs.example.com' });
  expect((await reader('DELETE', path(drain.id))).status).toBe(403);
  await ask(200, 'log-drain', 'DELETE', path(SECRET));
  const { body: events } = await reader('GET', '/apps/shop/events');
  expect(events).toContainEqual(expect.objectContaining({ action: 'DELETE /apps/:app/log-drains/:drain', via: 'token' }));
  expect(JSON.stringify(events)).not.toContain('secret');
  const log = async () => (await readBatches(web.ctx.bus, appId)).map(({ text }) => text).join('');
  await until(log).toContain('app[api]: Remove log drain https://logs.example.com by user admin@example.com');
  expect(await log()).not.toMatch(/secret|token/);
});
