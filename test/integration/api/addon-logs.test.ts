// Logs of apps and providers of add-ons: a drain that belongs to an add-on, and lines that an add-on writes.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBatches } from '../../../src/bus/log-lines.js';
import { findApp } from '../../../src/store/app/apps.js';
import { findUser } from '../../../src/store/people/users.js';
import { startProvider, type Provider } from '../../support/provider.js';
import { until } from '../../support/until.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { asking } from './asking.js';
import { callAs, type Call } from './client.js';

let web: OpenWeb;
let admin: Call;
let acme: Provider;
let plain: Provider;
let many = 0;
const ask = asking(() => admin);

const DRAIN = 'https://token:secret@logs.acme.example/shop';

interface Shown {
  id: string;
  name: string;
}

beforeAll(async () => {
  [acme, plain] = await Promise.all([
    startProvider('acme', { requires: ['many_per_app', 'syslog_drain', 'log_input'] }),
    startProvider('plain'),
  ]);
  web = await openWeb({ fetchAllow: [acme, plain].map(({ port }) => `127.0.0.1:${port}`) });
  admin = callAs(() => web.url, web.adminToken);
  for (const provider of [acme, plain]) {
    const added = await admin('POST', '/addon-services', { manifest: provider.manifest, environment: 'test' });
    provider.clientSecret = (added.body as { client_secret: string }).client_secret;
    provider.drainUrl = DRAIN;
  }
});
afterAll(async () => {
  await web.stop();
  await Promise.all([acme.stop(), plain.stop()]);
});

async function anApp(): Promise<string> {
  const name = `shop-${(many += 1)}`;
  await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, name);
  return name;
}
const create = (app: string, plan = 'acme') => ask<Shown>(201, 'add-on', 'POST', `/apps/${app}/addons`, { plan });
const drainsOf = (app: string) => ask<Record<string, unknown>[]>(200, '[log-drain]', 'GET', `/apps/${app}/log-drains`);
const logOf = async (app: string) =>
  (await readBatches(web.ctx.bus, (await findApp(web.ctx.store, app))!.id)).map(({ text }) => text).join('');

it('a provider that asks for it gets a drain, that goes with its add-on only', async () => {
  const app = await anApp();
  const [made, second] = [await create(app), await create(app)];
  const drains = await drainsOf(app);
  expect(drains).toMatchObject([made, second].map(({ id, name }) => ({ url: DRAIN, addon: { id, name, app: { name: app } } })));
  expect(drains[1]).toMatchObject({ token: acme.asked?.log_drain_token });
  expect(await ask(200, '[log-drain]', 'GET', `/addons/${made.name}/log-drains`)).toEqual([drains[0]]);
  const refused = await ask(422, null, 'DELETE', `/apps/${app}/log-drains/${String(drains[0]?.['token'])}`);
  expect(refused['message']).toBe(`That log drain belongs to the add-on ${made.name}, and goes when it is destroyed.`);
  await ask(200, null, 'DELETE', `/apps/${app}/addons/${made.id}`, {});
  expect(await drainsOf(app)).toEqual([drains[1]]);
  await ask(200, 'app', 'DELETE', `/apps/${app}`);
});

it('one that does not ask for it gets none, and no way in', async () => {
  const app = await anApp();
  await create(app, 'plain');
  expect(await drainsOf(app)).toEqual([]);
  expect(plain.asked).not.toHaveProperty('log_drain_token');
  expect(plain.asked).not.toHaveProperty('log_input_url');
});

it('one that wants it where only the platform reaches is refused, and takes its resource back', async () => {
  const app = await anApp();
  acme.drainUrl = 'syslog://127.0.0.1:514';
  const { message } = await ask<{ message: string }>(422, null, 'POST', `/apps/${app}/addons`, { plan: 'acme' });
  expect(message).toContain("acme gave what can't be taken. url: 127.0.0.1 is not on the public internet");
  acme.drainUrl = DRAIN;
  expect(await drainsOf(app)).toEqual([]);
  await until(() => [...acme.resources.values()].some(({ uuid }) => uuid === acme.asked?.uuid)).toBe(false);
});

it('a provider moves its drain, by the token that it was given, and nobody else does', async () => {
  const app = await anApp();
  [acme.manner, acme.drainUrl] = ['async', null];
  const made = await create(app);
  await until(() => acme.callbacks.length).toBe(5);
  const path = `/addons/${made.id}/log-drains/${acme.asked?.log_drain_token}`;
  for (const url of ['syslog+tls://one.acme.example:6514', 'syslog+tls://two.acme.example:6514']) {
    expect(await acme.callBack('PUT', path, { url })).toMatchObject({ status: 200, body: { url, token: acme.asked?.log_drain_token } });
    expect(await drainsOf(app)).toMatchObject([{ url, addon: { id: made.id } }]);
  }
  const at = `/addons/${made.id}/log-drains/${encodeURIComponent('syslog+tls://two.acme.example:6514')}`;
  expect((await acme.callBack('PUT', at, { url: DRAIN })).status).toBe(200);
  expect((await acme.callBack('GET', `/addons/${made.id}/log-drains`)).body).toMatchObject([{ url: DRAIN }]);
  expect((await acme.callBack('PUT', path, { url: 'ftp://x' })).status).toBe(422);
  expect((await acme.callBack('PUT', `/addons/${made.id}/log-drains/d.other`, { url: DRAIN })).status).toBe(404);
  expect((await admin('PUT', path, { url: 'https://mine.example.com' })).status).toBe(404);
  [acme.manner, acme.drainUrl] = ['sync', DRAIN];
});

it("a provider's lines are in the app's log, as its add-on's, until that is gone", async () => {
  const app = await anApp();
  const made = await create(app);
  const url = new URL(acme.asked?.log_input_url ?? '');
  expect(url.origin).toBe(web.url);
  const pair = (password: string) => `Basic ${Buffer.from(`token:${password}`).toString('base64')}`;
  const post = async (messages: string[], password = url.password) => {
    const body = messages.map((each) => `${Buffer.byteLength(each)} ${each}`).join('');
    const headers = { 'content-type': 'application/logplex-1', authorization: pair(password) };
    return (await fetch(`${url.origin}${url.pathname}`, { method: 'POST', headers, body })).status;
  };
  const at = new Date().toISOString();
  const messages = [`<190>1 ${at} host app web.1 - I am no dyno`, `<190>1 ${at} host app acme-db - slow query\n`];
  expect(await post(messages)).toBe(204);
  await until(() => logOf(app)).toMatch(/app\[acme\]: I am no dyno\n\S+ app\[acme-db\]: slow query\n/);
  expect(await post(['x'], `${url.password}x`)).toBe(401);
  expect(await post(['x'], '')).toBe(401);
  expect((await fetch(`${url.origin}/logs`, { method: 'POST', headers: { authorization: pair(url.password) }, body: '9 x' })).status).toBe(
    422,
  );
  expect(
    (await fetch(`${url.origin}/logs`, { method: 'POST', headers: { authorization: pair(url.password) }, body: 'x'.repeat(2_000_000) }))
      .status,
  ).toBe(413);
  await ask(200, null, 'DELETE', `/apps/${app}/addons/${made.id}`, {});
  expect(await post(messages)).toBe(401);
});
