// Tokens for named apps and actions: what such a token can't do is tried on every route, in git, logs and one-off dynos.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { isInScope } from '../../../src/model/scope.js';
import { findUser } from '../../../src/store/people/users.js';
import { ROUTES } from '../../support/all-routes.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';

interface Made {
  id: string;
  scope: string[];
  apps: { name: string }[] | null;
  access_token: { token: string; expires_in: number | null };
}

const DAY_S = 86_400;

let web: OpenWeb;
let admin: Call;
let jane: Call;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  const made = (await admin('POST', '/users', { email: 'jane@example.com' })).body as Made;
  jane = callAs(() => web.url, made.access_token.token);
  for (const name of ['shop', 'staging']) await jane('POST', '/apps', { name });
  await createApp(web.ctx, { user: (await findUser(web.ctx.store, ADMIN_EMAIL))!, name: 'admins' });
});
afterAll(() => web.stop());

async function make(as: Call, wish: object): Promise<Made> {
  const made = await as('POST', '/oauth/authorizations', wish);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as Made;
}

const with_ = (made: Made) => callAs(() => web.url, made.access_token.token);

it.each([
  ['jane', () => jane],
  ['an admin', () => admin],
])('is held to its apps on every route: of %s', async (_who, as) => {
  const call = with_(await make(as(), { apps: ['shop'] }));
  expect((await call('GET', '/apps/shop')).status).toBe(200);
  for (const { method, path, needs } of ROUTES.filter(({ isOpen }) => !isOpen)) {
    const at = (app: string) => path.replace(':app', app).replace(':user', 'admin@example.com').replace(/:\w+/g, 'not-there');
    const ask = (app: string) => call(method, at(app), method === 'GET' ? undefined : { addon: 'x', app });
    const about = `${method} ${path}`;
    if (['create', 'authorize', 'administer'].includes(needs)) {
      const message = "This token can't be used for that: its scope is global, for shop only.";
      expect({ about, body: (await ask('staging')).body }).toEqual({ about, body: { id: 'forbidden', message } });
    } else {
      // As what isn't there: its own user's app, or another's.
      const none = await ask('not-there');
      for (const app of ['staging', 'admins']) {
        const answer = await ask(app);
        if (none.status < 400) expect(JSON.stringify(answer.body), about).not.toMatch(/staging|admins/);
        else expect({ about, body: answer.body }).toEqual({ about, body: none.body });
        if (path.includes(':app')) expect({ about, status: answer.status }).toEqual({ about, status: 404 });
      }
    }
  }
});

it('sees its apps only in lists, by whatever name', async () => {
  for (const as of [jane, admin]) {
    const call = with_(await make(as, { apps: ['shop'] }));
    for (const { path } of ROUTES.filter(({ by, method, isOpen }) => by && method === 'GET' && !isOpen)) {
      const listed = await call('GET', path.replace(':app', 'shop').replace(':user', '~').replace(/:\w+/g, 'x'));
      expect(JSON.stringify(listed.body), path).not.toMatch(/staging|admins/);
    }
    expect((await call('GET', '/apps')).body).toMatchObject([{ name: 'shop' }]);
  }
});

it.each([
  ['deploy', 'shop', 200],
  ['deploy', 'staging', 404],
  ['deploy', 'not-there', 404],
  ['run', 'shop', 403],
  ['run', 'not-there', 403],
  ['logs', 'shop', 403],
  ['global', 'shop', 200],
  ['global', 'staging', 404],
])('by git, to %s: %s is %i', async (scope, app, status) => {
  const made = await make(jane, { apps: ['shop'], scope: [scope] });
  const pair = Buffer.from(`:${made.access_token.token}`).toString('base64');
  for (const service of ['git-upload-pack', 'git-receive-pack']) {
    const answer = await fetch(`${web.url}/${app}.git/info/refs?service=${service}`, { headers: { authorization: `Basic ${pair}` } });
    const text = await answer.text();
    expect({ service, status: answer.status }).toEqual({ service, status });
    if (status === 403) expect(text).toContain(`This token can't be used for that: its scope is ${scope}, for shop only.`);
  }
});

it.each([
  ['deploy', ['POST /sources', 'POST /apps/:app/builds', 'GET /apps/:app/builds', 'POST /apps/:app/slugs']],
  ['run', ['POST /apps/:app/dynos', 'POST /apps/:app/dynos/:dyno']],
  ['logs', ['POST /apps/:app/log-sessions']],
])('to %s only, does that and none of the others', async (scope, allowed) => {
  const call = with_(await make(jane, { apps: ['shop'], scope: [scope] }));
  const doing = ROUTES.filter(({ needs, isOpen }) => !isOpen && !['identify', 'view'].includes(needs));
  for (const { method, path, needs } of doing) {
    const answer = await call(method, path.replace(':app', 'shop').replace(/:\w+/g, 'not-there'), method === 'GET' ? undefined : { x: 1 });
    const about = `${method} ${path}`;
    if (!isInScope([scope], needs)) expect({ about, status: answer.status }).toEqual({ about, status: 403 });
    else expect({ about, status: answer.status }).not.toEqual({ about, status: 403 });
    if (allowed.includes(about)) expect(isInScope([scope], needs), about).toBe(true);
  }
});

it('to run only, leaves nothing behind that runs when it has ended', async () => {
  const wish = { cron: '@hourly', command: 'true' };
  const add = async (scope: string) =>
    (await with_(await make(jane, { apps: ['shop'], scope: [scope] }))('POST', '/apps/shop/schedules', wish)).status;
  expect([await add('run'), await add('write-protected')]).toEqual([403, 201]);
});

it('that is for logs or to deploy tells nobody who changed an app, and from where', async () => {
  for (const [scope, status] of [
    ['logs', 403],
    ['deploy', 403],
    ['read', 200],
  ] as const)
    expect({ scope, status: (await with_(await make(jane, { scope: [scope] }))('GET', '/apps/shop/events')).status }).toEqual({
      scope,
      status,
    });
});

it("a log's URL and what it streams end with the token", async () => {
  const made = await make(jane, { apps: ['shop'], scope: ['logs'] });
  const session = await with_(made)('POST', '/apps/shop/log-sessions', { tail: true });
  expect(session.status).toBe(201);
  await jane('DELETE', `/oauth/authorizations/${made.id}`);
  const answer = await fetch((session.body as { logplex_url: string }).logplex_url);
  await answer.arrayBuffer();
  expect(answer.status).toBe(404);
});

it('makes itself no wider, in no way', async () => {
  const made = await make(jane, { apps: ['shop'], scope: ['global'], description: 'ci' });
  const call = with_(made);
  for (const [method, path, body] of [
    ['POST', '/oauth/authorizations', {}],
    ['POST', '/oauth/authorizations', { apps: ['shop'] }],
    ['POST', `/oauth/authorizations/${made.id}/actions/regenerate-tokens`, {}],
    ['PATCH', `/oauth/authorizations/${made.id}`, { description: 'x' }],
    ['POST', '/apps', { name: 'another' }],
    ['POST', '/users', { email: 'joe@example.com' }],
  ] as const) {
    expect({ path, status: (await call(method, path, body)).status }).toEqual({ path, status: 403 });
  }
  // What is said of it is all that changes, whoever asks.
  const changed = await jane('PATCH', `/oauth/authorizations/${made.id}`, { description: 'y', scope: ['global'], apps: ['staging'] });
  expect(changed).toMatchObject({ status: 200, body: { description: 'y', apps: [{ name: 'shop' }] } });
  expect(changed.headers.get('warning-message')).toContain('scope, apps: no such field here');
});

it('is good for nothing when its apps are gone or given away, and names no app of somebody else', async () => {
  await jane('POST', '/apps', { name: 'passing' });
  const made = await make(jane, { apps: ['passing'], scope: ['deploy'] });
  const call = with_(made);
  await admin('POST', '/account/app-transfers', { app: 'passing', recipient: ADMIN_EMAIL });
  await admin('PATCH', '/apps/passing', { name: 'secret-plans' });
  expect((await call('GET', '/apps')).body).toEqual([]);
  for (const app of ['passing', 'secret-plans', 'shop']) expect((await call('GET', `/apps/${app}`)).status).toBe(404);
  expect((await call('DELETE', '/apps/shop')).body).toMatchObject({ message: expect.stringContaining('for apps that are gone only') });
  expect((await jane('GET', `/oauth/authorizations/${made.id}`)).body).toMatchObject({ apps: [] });
});

it('ends after 90 days unless another time is named, and never only when that is said, and told', async () => {
  expect((await make(jane, { apps: ['shop'] })).access_token.expires_in).toBe(90 * DAY_S);
  expect((await make(jane, { scope: ['logs'] })).access_token.expires_in).toBe(90 * DAY_S);
  expect((await make(jane, { scope: ['read'] })).access_token.expires_in).toBeNull();
  expect((await make(jane, { apps: ['shop'], expires_in: 60 })).access_token.expires_in).toBe(60);
  const never = await jane('POST', '/oauth/authorizations', { apps: ['shop'], expires_in: null });
  expect(never).toMatchObject({ status: 201, body: { access_token: { expires_in: null } } });
  expect(never.headers.get('warning-message')).toContain('This token never expires');
});

it('is good anew for as long when it is made anew, also after it has expired', async () => {
  const made = await make(jane, { apps: ['shop'], scope: ['deploy'], expires_in: 3600 });
  await web.ctx.store.db
    .updateTable('authorizations')
    .set({ expiresAt: new Date(Date.now() - 1000) })
    .where('id', '=', made.id)
    .execute();
  expect((await with_(made)('GET', '/apps/shop')).status).toBe(401);
  const again = (await jane('POST', `/oauth/authorizations/${made.id}/actions/regenerate-tokens`)).body as Made;
  expect(again).toMatchObject({ scope: ['deploy'], apps: [{ name: 'shop' }], access_token: { expires_in: 3600 } });
  expect((await with_(again)('GET', '/apps/shop')).status).toBe(200);
  expect((await with_(made)('GET', '/apps/shop')).status).toBe(401);
});

it.each([
  [{ apps: ['not-there'] }, 404, "Couldn't find that app."],
  [{ apps: ['admins'] }, 404, "Couldn't find that app."],
  [{ apps: [] }, 422, 'apps: must name an app'],
  [{ scope: ['destroy'] }, 422, 'scope.0: must be one of'],
])('%j is refused', async (wish, status, message) => {
  expect(await jane('POST', '/oauth/authorizations', wish)).toMatchObject({
    status,
    body: { message: expect.stringContaining(message) as string },
  });
});
