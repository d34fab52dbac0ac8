// Webhooks of an app: real receivers on HTTPS are told of what happens, signed, at least once; and nobody waits for one that is dead.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OWN_PROVIDERS, PROVIDERS_SOCKET } from '../../../src/model/addon/own-services.js';
import { capEvents } from '../../../src/chores/webhook/cap-events.js';
import { MOST_WEBHOOKS } from '../../../src/model/webhook/webhook.js';
import { trimWebhooks } from '../../../src/store/webhook/webhooks.js';
import { aCertificate, type Made } from '../../support/certificates.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { until } from '../../support/until.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

interface Shown {
  id: string;
  status: string;
  num_attempts: number;
  next_attempt_at: string | null;
  event: { id: string; include: string };
  last_attempt: { code: number | null; error_class: string | null; status: string } | null;
}

let web: OpenWeb;
let admin: Call;
let hears: Receiver;
let other: Receiver;
let inside: Receiver;
let strange: Receiver;

beforeAll(async () => {
  const made: Made = await aCertificate(['localhost']);
  [hears, other, inside, strange] = await Promise.all([
    startReceiver({ by: made }),
    startReceiver({ by: made }),
    startReceiver({ by: made }),
    startReceiver(),
  ]);
  const fetchAllow = [hears, other, strange].map(({ port }) => `localhost:${port}`);
  web = await openWeb({ fetchAllow, fetchCa: made.ca });
  admin = callAs(() => web.url, web.adminToken);
});
afterAll(async () => {
  await web?.stop();
  await Promise.all([hears, other, inside, strange].map((each) => each?.stop()));
});
beforeEach(() => {
  for (const each of [hears, other, inside, strange]) Object.assign(each, { told: [], answers: [204], secret: 'secret' });
});

let count = 0;
/** An app of its own, so that nothing is told of others'. */
async function anApp(): Promise<string> {
  const name = `shop-${(count += 1)}`;
  expect((await admin('POST', '/apps', { name })).status).toBe(201);
  return name;
}

const add = (app: string, receiver: Pick<Receiver, 'url'>, more: object = {}) =>
  admin('POST', `/apps/${app}/webhooks`, {
    url: `${receiver.url}/hook`,
    include: ['api:release'],
    level: 'notify',
    secret: 'secret',
    ...more,
  });
const idOf = async (app: string) => ((await admin('GET', `/apps/${app}`)).body as { id: string }).id;
const release = (app: string) => admin('PATCH', `/apps/${app}/config-vars`, { KEY: `value-${(count += 1)}` });
const deliveriesOf = async (app: string, query = '') => (await admin('GET', `/apps/${app}/webhook-deliveries${query}`)).body as Shown[];

describe('a webhook', () => {
  it('is added, listed, shown, changed and removed; its secret is told once, and kept sealed', async () => {
    const app = await anApp();
    const made = await add(app, hears, { secret: undefined, include: ['api:dyno', 'dyno'] });
    expect(made).toMatchObject({ status: 201, body: { include: ['dyno'], level: 'notify', app: { name: app } } });
    expect(made.headers.get('heroku-webhook-secret')).toMatch(/^[0-9a-f]{60}$/);
    const { id } = made.body as { id: string };
    for (const path of [`/apps/${app}/webhooks/${id}`]) expect((await admin('GET', path)).body).toEqual(made.body);
    expect((await admin('GET', `/apps/${app}/webhooks`)).body).toEqual([made.body]);
    const changed = await admin('PATCH', `/apps/${app}/webhooks/${id}`, { level: 'sync', authorization: 'Bearer very-secret' });
    expect(changed).toMatchObject({ status: 200, body: { level: 'sync', include: ['dyno'] } });
    expect(JSON.stringify(changed.body)).not.toContain('very-secret');
    const row = await web.ctx.store.db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain('very-secret');
    expect(await admin('DELETE', `/apps/${app}/webhooks/${id}`)).toMatchObject({ status: 200, body: { id } });
    for (const method of ['GET', 'DELETE']) expect((await admin(method, `/apps/${app}/webhooks/${id}`)).status).toBe(404);
  });

  it.each([
    ['another scheme', { url: 'ftp://example.com' }],
    ['a password in its URL', { url: 'https://me:secret@example.com' }],
    ['what there is not', { include: ['api:nothing'] }],
    ['nothing to tell of', { include: [] }],
    ['another level', { level: 'sometimes' }],
    ['a header of two lines', { authorization: 'a\r\nb: c' }],
  ])('of %s is refused', async (_what, wish) => {
    expect(await add('shop-1', hears, wish)).toMatchObject({ status: 422, body: { id: 'invalid_params' } });
  });

  it('keeps its Authorization header for the host that it was given for', async () => {
    const app = await anApp();
    const { id } = (await add(app, hears, { authorization: 'Bearer hidden-value' })).body as { id: string };
    const change = (body: object) => admin('PATCH', `/apps/${app}/webhooks/${id}`, body);
    expect((await change({ url: `${hears.url}/elsewhere` })).headers.get('warning-message')).toBeNull();
    await release(app);
    await until(() => hears.told).toMatchObject([{ headers: { authorization: 'Bearer hidden-value' } }]);
    const moved = await change({ url: `${other.url}/hook` });
    expect(moved.headers.get('warning-message')).toMatch(/^What its Authorization header held was for another host/);
    await release(app);
    await until(() => other.told).toHaveLength(1);
    expect(other.told[0]!.headers).not.toHaveProperty('authorization');
    expect((await change({ url: `${hears.url}/hook`, authorization: 'Bearer new' })).headers.get('warning-message')).toBeNull();
    await release(app);
    await until(() => hears.told).toMatchObject([{}, { headers: { authorization: 'Bearer new' } }]);
  });

  it(`is one of ${MOST_WEBHOOKS} at most`, async () => {
    const app = await anApp();
    const all = await Promise.all(Array.from({ length: MOST_WEBHOOKS + 2 }, () => add(app, hears)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(MOST_WEBHOOKS);
    expect(all.filter(({ status }) => status === 422)).toHaveLength(2);
  });
});

describe('what is told', () => {
  it('is signed, names who did it, shows the thing as the API does, and is listed', async () => {
    const app = await anApp();
    await add(app, hears, { authorization: 'Bearer abc' });
    await release(app);
    await until(() => hears.told.length).toBe(1);
    const [{ body, headers, isSigned, path }] = hears.told as [Receiver['told'][number]];
    expect({ isSigned, path, authorization: headers['authorization'] }).toEqual({
      isSigned: true,
      path: '/hook',
      authorization: 'Bearer abc',
    });
    const shown = (await admin('GET', `/apps/${app}/releases/3`)).body as object;
    expect(body).toMatchObject({ action: 'create', resource: 'release', actor: { email: ADMIN_EMAIL }, previous_data: {}, data: shown });
    await until(async () => (await deliveriesOf(app, '?eq[status]=succeeded')).length).toBe(1);
    const [delivery] = (await deliveriesOf(app)) as [Shown];
    expectHeroku('app-webhook-delivery', delivery);
    expect(delivery).toMatchObject({ num_attempts: 1, last_attempt: { code: 204, status: 'succeeded' } });
    expect(body.webhook_metadata).toMatchObject({ delivery: { id: delivery.id }, event: { id: body.id, include: 'api:release' } });
    const event = (await admin('GET', `/apps/${app}/webhook-events/${body.id}`)).body;
    const { webhook_metadata: _metadata, ...payload } = body;
    expect(event).toMatchObject({ id: body.id, payload });
    expect((await admin('GET', `/apps/${app}/webhook-events`)).body).toEqual([event]);
    const newest = await admin('GET', `/apps/${app}/webhook-deliveries`, undefined, { range: 'seq ..; order=desc,max=1000' });
    expect(newest).toMatchObject({ status: 200, body: [{ id: delivery.id }] });
    expect((await deliveriesOf(app, '?eq[status]=nonsense')) as unknown).toMatchObject({ id: 'invalid_params' });
  });

  it('is each kind of thing, in the shape of the API, and what was another before', async () => {
    const app = await anApp();
    const all = ['api:app', 'api:domain', 'api:formation', 'api:build', 'api:sni-endpoint', 'api:addon', 'dyno'];
    await add(app, hears, { include: all });
    const domain = (await admin('POST', `/apps/${app}/domains`, { hostname: `${app}.example.com` })).body;
    const pair = await aCertificate([`${app}.example.com`]);
    const endpoint = await admin('POST', `/apps/${app}/sni-endpoints`, { certificate_chain: pair.chain, private_key: pair.key });
    expect(endpoint.status).toBe(201);
    await admin('DELETE', `/apps/${app}/domains/${app}.example.com`);
    const build = (await admin('POST', `/apps/${app}/builds`, { source_blob: { url: 'http://127.0.0.1:1/x.tgz' } })).body as { id: string };
    await admin('DELETE', `/apps/${app}/builds/${build.id}`);
    await admin('PATCH', `/apps/${app}`, { maintenance: true });
    await admin('DELETE', `/apps/${app}`);
    const what = () => hears.told.map(({ body }) => `${body.resource} ${body.action}`).toSorted();
    const wanted = ['app destroy', 'app update', 'build create', 'build update', 'domain create', 'domain destroy', 'domain update'];
    await until(what).toEqual([...wanted, 'sni-endpoint create']);
    const of = (name: string) => hears.told.find(({ body }) => `${body.resource} ${body.action}` === name)!.body;
    expect(of('domain create').data).toEqual(domain);
    expect(of('sni-endpoint create').data).toMatchObject({ certificate_chain: pair.chain, app: { name: app } });
    expect(JSON.stringify(hears.told)).not.toContain('PRIVATE');
    expect(of('app update')).toMatchObject({ data: { maintenance: true }, previous_data: { maintenance: false } });
    expect(of('build update')).toMatchObject({ data: { id: build.id, status: 'failed' }, previous_data: { status: 'pending' } });
    expectHeroku('app', of('app destroy').data);
    expectHeroku('domain', of('domain update').data);
    // All of it was told though the app is gone; then nothing is left of it.
    await until(async () => {
      await trimWebhooks(web.ctx.store, 60_000);
      const rows = await web.ctx.store.db
        .selectFrom('webhooks')
        .innerJoin('webhookEvents', 'webhookEvents.appId', 'webhooks.appId')
        .select('webhooks.id')
        .where('appName', '=', app)
        .execute();
      return rows.length;
    }).toBe(0);
  });

  it('is nothing of a change that was refused, nor of what nobody wants to hear of', async () => {
    const app = await anApp();
    await add(app, hears, { include: ['api:domain'] });
    expect((await admin('POST', `/apps/${app}/domains`, { hostname: 'not a name' })).status).toBe(422);
    await release(app);
    expect((await admin('GET', `/apps/${app}/webhook-events`)).body).toEqual([]);
  });
});

describe('a change of an app', () => {
  const db = () => web.ctx.store.db;

  it('is made though it can not be noted for webhooks', async () => {
    const app = await anApp();
    await add(app, hears);
    await sql`alter table webhook_deliveries add constraint full_disk check (num_attempts < 0) not valid`.execute(db());
    try {
      expect((await release(app)).status).toBe(200);
    } finally {
      await sql`alter table webhook_deliveries drop constraint full_disk`.execute(db());
    }
    await release(app);
    await until(() => hears.told.length).toBe(1);
    expect(await deliveriesOf(app)).toHaveLength(1);
  });

  it('that can not be described hides no other', async () => {
    const app = await anApp();
    await add(app, other);
    await release(app);
    await until(() => other.told).toHaveLength(1);
    const like = { app_id: await idOf(app), app_name: app, action: 'create', previous: '{}', api_url: web.url };
    const gone = { include: 'api:addon', subject: JSON.stringify({ id: randomUUID(), service_id: randomUUID(), plan_id: randomUUID() }) };
    await sql`insert into webhook_events ${sql.raw(`(${Object.keys({ ...like, ...gone }).join(', ')})`)}
      values (${sql.join(Object.values({ ...like, ...gone }))})`.execute(web.ctx.store.db);
    const listed = await admin('GET', `/apps/${app}/webhook-events`);
    expect(listed).toMatchObject({ status: 200, body: [{ payload: { resource: 'release' } }] });
  });

  it('is kept while it is one of so many, and the app is told that older ones are forgotten', async () => {
    const app = await anApp();
    await add(app, other);
    for (let number = 1; number <= 4; number += 1) {
      await release(app);
      await until(() => other.told).toHaveLength(number);
    }
    await until(() => deliveriesOf(app, '?eq[status]=succeeded')).toHaveLength(4);
    const sequence = async () => ((await admin('GET', `/apps/${app}/webhook-events`)).body as { id: string }[]).map(({ id }) => id);
    const before = await sequence();
    const said: string[] = [];
    const lines = { write: (_app: string, { text }: { text: string }) => void said.push(text) };
    await capEvents({ store: web.ctx.store, lines: lines as unknown as typeof web.ctx.lines }, Date.now(), 3);
    expect(await sequence()).toEqual(before.slice(1));
    expect(said).toContain('The 1 oldest events of webhooks were forgotten: an app keeps its newest 3');
    await sql`update webhook_deliveries set status = 'pending' where event_id = ${before[1]}`.execute(web.ctx.store.db);
    await capEvents({ store: web.ctx.store, lines: lines as unknown as typeof web.ctx.lines }, Date.now(), 1);
    expect(await sequence()).toEqual([before[1], before[3]]);
  });

  it('is told to those that stay while one is removed', async () => {
    const app = await anApp();
    const { id } = (await add(app, other)).body as { id: string };
    await add(app, hears);
    let released: ReturnType<typeof release>;
    await db()
      .transaction()
      .execute(async (within) => {
        await within.deleteFrom('webhooks').where('id', '=', id).execute();
        released = release(app);
        const waits = sql<{ count: number }>`select count(*)::integer as count from pg_locks where not granted`;
        await until(async () => (await waits.execute(db())).rows[0]!.count).toBe(1);
      });
    expect((await released!).status).toBe(200);
    await until(() => hears.told.length).toBe(1);
    expect(other.told).toEqual([]);
  });

  it('is told no webhook that a thousand wait for: their deliveries have failed', async () => {
    const app = await anApp();
    await add(app, hears);
    hears.answers = [null];
    await release(app);
    await until(() => hears.told.length).toBe(1);
    await sql`insert into webhook_deliveries (app_id, webhook_id, event_id)
      select app_id, webhook_id, event_id from webhook_deliveries join generate_series(1, 999) on app_id = ${await idOf(app)}`.execute(
      db(),
    );
    await release(app);
    const [last] = (await admin('GET', `/apps/${app}/webhook-deliveries`, undefined, { range: 'seq ..; order=desc,max=1' })).body as [
      Shown,
    ];
    expect(last).toMatchObject({ status: 'failed', num_attempts: 0, last_attempt: { error_class: 'too many wait for it' } });
    await admin('DELETE', `/apps/${app}`);
    await db().deleteFrom('outbox').execute();
  });
});

describe('a receiver', () => {
  it('that fails is told once by notify', async () => {
    const app = await anApp();
    hears.answers = [500];
    await add(app, hears);
    await release(app);
    await until(() => deliveriesOf(app)).toMatchObject([
      { status: 'failed', num_attempts: 1, next_attempt_at: null, last_attempt: { code: 500 } },
    ]);
  });

  it('that fails is told again by sync, of the same, until it answers with a success', async () => {
    const app = await anApp();
    hears.answers = [503, 302, 200];
    await add(app, hears, { level: 'sync' });
    await release(app);
    await until(async () => (await deliveriesOf(app))[0]).toMatchObject({
      status: 'retrying',
      next_attempt_at: expect.any(String) as string,
    });
    await until(async () => (await deliveriesOf(app))[0]).toMatchObject({ status: 'succeeded', num_attempts: 3 });
    expect(hears.told.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
    expect(new Set(hears.told.map(({ body }) => body.webhook_metadata.delivery.id)).size).toBe(1);
    expect(new Set(hears.told.map(({ body }) => body.webhook_metadata.attempt.id)).size).toBe(3);
  });

  it('inside the platform, or one that nobody vouches for, is never told', async () => {
    const app = await anApp();
    await add(app, inside);
    await add(app, { url: `https://127.0.0.1:${inside.port}` });
    await add(app, strange);
    await release(app);
    await until(async () => (await deliveriesOf(app)).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    const why = (await deliveriesOf(app)).map(({ last_attempt: last }) => last!.error_class);
    expect(why.filter((each) => each!.includes('is not on the public internet'))).toHaveLength(2);
    expect(why.filter((each) => /SELF_SIGNED|UNABLE_TO_VERIFY|CERT/.test(each!))).toHaveLength(1);
    expect([...inside.told, ...strange.told]).toEqual([]);
  });

  it("is never told at the socket of the platform's own providers, whatever its URL", async () => {
    const heard: string[] = [];
    const run = join(web.home, 'run');
    mkdirSync(run, { recursive: true });
    const providers = createServer((req, res) => (heard.push(req.url ?? ''), res.end())).listen(join(run, PROVIDERS_SOCKET));
    try {
      const app = await anApp();
      await add(app, { url: `http://${OWN_PROVIDERS}` }, { authorization: 'Basic guessed' });
      await release(app);
      await until(() => deliveriesOf(app)).toMatchObject([{ status: 'failed', last_attempt: { code: null } }]);
      expect(heard).toEqual([]);
    } finally {
      providers.close();
    }
  });

  it('is told again, by the same id, when the platform was killed meanwhile', async () => {
    const app = await anApp();
    hears.answers = [null, 204];
    await add(app, hears);
    await release(app);
    await until(() => hears.told.length).toBe(1);
    await web.restart();
    // As when its hold has ended.
    await web.ctx.store.db.updateTable('outbox').set({ heldUntil: null }).execute();
    await until(() => deliveriesOf(app)).toMatchObject([{ status: 'succeeded', num_attempts: 2 }]);
    const [first, second] = hears.told.map(({ body }) => body.webhook_metadata);
    expect(second).toMatchObject({ delivery: first!.delivery, event: first!.event });
  });

  it('that never answers delays nobody', async () => {
    const [dead, alive] = [await anApp(), await anApp()];
    other.answers = [null];
    for (let i = 0; i < MOST_WEBHOOKS; i += 1) await add(dead, other, { level: 'sync' });
    await add(alive, hears);
    await release(dead);
    await until(() => other.told.length).toBeGreaterThan(2);
    const began = performance.now();
    await release(alive);
    await until(() => hears.told.length).toBe(1);
    expect(performance.now() - began).toBeLessThan(9_000);
    await admin('DELETE', `/apps/${dead}`);
    await web.ctx.store.db.deleteFrom('outbox').execute();
  });
});
