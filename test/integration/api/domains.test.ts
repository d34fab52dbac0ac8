// Host names of apps: who may have which, and that routers follow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_DOMAINS } from '../../../src/model/domain/domain.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { get, raw } from '../router/support.js';
import { untilSo } from '../../support/until.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Answer, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

let web: OpenWeb;
let router: Router;
let admin: Call;
let joe: Call;

beforeAll(async () => {
  web = await openWeb({ domain: 'apps.test' });
  admin = callAs(() => web.url, web.adminToken);
  const made = (await admin('POST', '/users', { email: 'joe@example.com' })).body as { access_token: { token: string } };
  joe = callAs(() => web.url, made.access_token.token);
  for (const name of ['shop', 'blog']) await admin('POST', '/apps', { name });
  await joe('POST', '/apps', { name: 'joes' });
  const { store, bus, lines } = web.ctx;
  router = await startRouter({ store, bus, lines, domain: 'apps.test', bind: '127.0.0.1', port: 0, tlsPort: 0, home: web.home });
});
afterAll(async () => {
  await router?.stop(100);
  await web?.stop();
});

const add = (call: Call, app: string, hostname: string) => call('POST', `/apps/${app}/domains`, { hostname, sni_endpoint: null });
const namesOf = async (app: string) =>
  ((await admin('GET', `/apps/${app}/domains`)).body as { hostname: string }[]).map(({ hostname }) => hostname);

function refused(answer: Answer, message: string | RegExp): void {
  expect(answer).toMatchObject({ status: 422, body: { id: 'invalid_params', message: expect.stringMatching(message) as string } });
}

/** Whether a host leads to an app: none of them has been deployed, which the router tells from a host that is nobody's. */
async function leads(host: string): Promise<boolean> {
  return (await raw(router.port, get('/', [`Host: ${host}`]))).includes('H81');
}

/** How long it took until it did, or didn't any more. */
async function followed(host: string, isThere = true): Promise<number> {
  const start = performance.now();
  await untilSo(`${host} ${isThere ? 'leads' : 'leads nowhere'}`, async () => (await leads(host)) === isThere);
  return performance.now() - start;
}

describe('a domain', () => {
  it('is added, listed, shown and removed, by name or id', async () => {
    const added = await add(admin, 'shop', 'WWW.Example.com');
    expect(added.status).toBe(201);
    expectHeroku('domain', added.body);
    const { id, cname } = added.body as { id: string; cname: string };
    expect(added.body).toMatchObject({ hostname: 'www.example.com', kind: 'custom', status: 'none', app: { name: 'shop' } });
    expect(await namesOf('shop')).toEqual(['shop.apps.test', 'www.example.com']);
    expect(cname).toMatch(/^[0-9a-f]{32}\.apps\.test$/);
    for (const ref of ['www.example.com', 'WWW.example.com', id])
      expect((await admin('GET', `/apps/shop/domains/${ref}`)).body).toEqual(added.body);
    expect(await admin('DELETE', `/apps/shop/domains/${id}`)).toMatchObject({ status: 200, body: added.body });
    expect((await admin('GET', '/apps/shop/domains/www.example.com')).status).toBe(404);
    expect((await admin('DELETE', '/apps/shop/domains/www.example.com')).status).toBe(404);
    expect((await admin('DELETE', '/apps/shop/domains/shop.apps.test')).status).toBe(404);
  });

  it('of other letters is kept and shown in punycode, and found by either', async () => {
    expect((await add(admin, 'shop', 'bücher.example')).body).toMatchObject({ hostname: 'xn--bcher-kva.example' });
    refused(await add(admin, 'shop', 'xn--bcher-kva.example'), 'Domain xn--bcher-kva.example is already added to this app.');
    expect((await admin('DELETE', `/apps/shop/domains/${encodeURIComponent('bücher.example')}`)).status).toBe(200);
  });

  it('is of one app, whoever asks and however many at once', async () => {
    const all = await Promise.all(['shop', 'blog'].flatMap((app) => Array.from({ length: 4 }, () => add(admin, app, 'one.example.com'))));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of all) expect([201, 422]).toContain(status);
    refused(await add(joe, 'joes', 'one.example.com'), 'one.example.com is currently in use by another app.');
  });

  it("is none of the platform's, nor nonsense", async () => {
    for (const name of ['apps.test', 'shop.apps.test', '*.apps.test', 'new.apps.test'])
      refused(await add(admin, 'shop', name), 'is reserved');
    refused(await add(admin, 'shop', 'localhost'), 'is invalid');
    refused(await add(admin, 'shop', 'http://www.example.com'), 'is invalid');
  });

  it('may be a wildcard, under which only its owner adds others', async () => {
    expect((await add(admin, 'shop', '*.wild.example')).status).toBe(201);
    expect((await add(admin, 'blog', 'blog.wild.example')).status).toBe(201);
    refused(await add(joe, 'joes', 'joes.wild.example'), 'joes.wild.example is currently in use by another app.');
    refused(await add(joe, 'joes', '*.deep.wild.example'), 'in use by another app');
    expect((await add(joe, 'joes', 'wild.example')).status).toBe(201);
    expect((await add(joe, 'joes', 'a.b.tame.example')).status).toBe(201);
    refused(await add(admin, 'shop', '*.tame.example'), 'in use by another app');
    expect((await admin('GET', '/apps/shop/domains/*.wild.example')).status).toBe(200);
  });

  it(`is one of ${MOST_DOMAINS} at most`, async () => {
    const { id } = (await admin('POST', '/apps', { name: 'many' })).body as { id: string };
    const rows = Array.from({ length: MOST_DOMAINS - 1 }, (_, at) => ({ appId: id, hostname: `n${at}.many.example` }));
    await web.ctx.store.db.insertInto('domains').values(rows).execute();
    expect((await add(admin, 'many', 'last.many.example')).status).toBe(201);
    refused(await add(admin, 'many', 'more.many.example'), /^An app has 1000 domains at most/);
    // In pieces, as the client of Heroku reads them.
    const answer = await admin('GET', '/apps/many/domains', undefined, { range: 'id ..; max=1000;' });
    expect(answer).toMatchObject({ status: 206 });
    expect(answer.body).toHaveLength(1_000);
    await admin('DELETE', '/apps/many');
    expect((await add(joe, 'joes', 'last.many.example')).status).toBe(201);
  });
});

describe('routers', () => {
  it('follow what is added and removed, and tell exact names from wildcards', async () => {
    expect(await leads('push.example')).toBe(false);
    await add(admin, 'shop', 'push.example');
    // Pushed: what is read now and then would be seconds late.
    expect(await followed('push.example')).toBeLessThan(5_000);
    expect(await leads('PUSH.example.:80')).toBe(true);
    await add(admin, 'shop', '*.push.example');
    await followed('any.push.example');
    await admin('DELETE', '/apps/shop/domains/push.example');
    expect(await followed('push.example', false)).toBeLessThan(5_000);
    expect(await leads('any.push.example')).toBe(true);
  });

  it('follow an app that is renamed, given away and destroyed', async () => {
    await admin('POST', '/apps', { name: 'moves' });
    const { cname } = (await add(admin, 'moves', 'moves.example')).body as { cname: string };
    await followed('moves.example');
    await admin('PATCH', '/apps/moves', { name: 'moved' });
    await followed('moved.apps.test');
    expect(await leads('moves.example')).toBe(true);
    expect((await admin('GET', '/apps/moved/domains/moves.example')).body).toMatchObject({ cname, app: { name: 'moved' } });
    await admin('POST', '/account/app-transfers', { app: 'moved', recipient: 'joe@example.com' });
    expect(await leads('moves.example')).toBe(true);
    expect((await joe('GET', '/apps/moved/domains/moves.example')).status).toBe(200);
    await joe('DELETE', '/apps/moved');
    await followed('moves.example', false);
    expect((await add(admin, 'shop', 'moves.example')).status).toBe(201);
  });
});
