// The audit log: every route that changes something writes one event, in the transaction that changes it; and nobody rewrites it.
import { sql } from 'kysely';
import { URI, type TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trimAudit } from '../../../src/store/audit/events.js';
import { insertDyno } from '../../../src/store/app/dynos.js';
import { insertTransfer } from '../../../src/store/people/app-transfers.js';
import { findUser } from '../../../src/store/people/users.js';
import { ROUTES } from '../../support/all-routes.js';
import { aCertificate } from '../../support/certificates.js';
import { offerEmptyDatabases } from '../../support/empty-databases.js';
import { startProvider, type Provider } from '../../support/provider.js';
import { until } from '../../support/until.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { callAs, type Answer, type Call } from './client.js';

interface Event {
  action: string;
  actor: { email: string } | null;
  address: string | null;
  authorization: { id: string } | null;
  request_id: string;
  target: string;
  changes: { noun: string; action: string; before: Record<string, unknown>; after: Record<string, unknown> }[];
}

let web: OpenWeb;
let admin: Call;
let acme: Provider;
let endDatabases: () => void;

beforeAll(async () => {
  acme = await startProvider();
  web = await openWeb({ fetchAllow: [`127.0.0.1:${acme.port}`], acme: { directory: 'https://127.0.0.1:1', email: ADMIN_EMAIL } });
  admin = callAs(() => web.url, web.adminToken);
  endDatabases = await offerEmptyDatabases(web.ctx.store, web.home);
});
afterAll(async () => {
  endDatabases?.();
  await web?.stop();
  await acme?.stop();
});

const eventsOf = async (path = '/events') => (await admin('GET', path, undefined, { range: 'created_at ..; max=1000' })).body as Event[];

const PASSWORD = 'hidden-value of the admin';
const codeOf = (url: string) => (URI.parse(url) as TOTP).generate();

/** What a route changes is of the store; these change nothing there. */
const CHANGE_NOTHING = new Set([
  'POST /apps/:app/log-sessions',
  'POST /sources',
  'POST /client/v11/apps/:app/transfers/:transfer/actions/public-url',
  'POST /actions/addons/resolve',
  'POST /actions/addon-attachments/resolve',
]);

type Answered = (answer: Answer) => void;
type Step = [route: string, path: string, body?: object | (() => object), keep?: Answered];

/** Every route that changes something, each done once so that it does. `:name` is what was kept under that name. */
function steps(known: Record<string, string>, pair: { chain: string; key: string }): Step[] {
  const keep =
    (name: string, property = 'id') =>
    (answer: Answer) =>
      void (known[name] = String((answer.body as Record<string, unknown>)[property]));
  const certificate = { certificate_chain: pair.chain, private_key: pair.key };
  return [
    ['POST /users', '/users', { email: 'joe@example.com' }],
    ['PATCH /users/:user', '/users/joe@example.com', { name: 'Joe' }],
    ['DELETE /users/:user/authorizations', '/users/joe@example.com/authorizations'],
    ['POST /oauth/authorizations', '/oauth/authorizations', { description: 'mine' }, keep('token')],
    [
      'POST /oauth/authorizations/:authorization/actions/regenerate-tokens',
      '/oauth/authorizations/:token/actions/regenerate-tokens',
      undefined,
      keep('token'),
    ],
    ['PATCH /oauth/authorizations/:authorization', '/oauth/authorizations/:token', { description: 'renamed' }],
    ['DELETE /oauth/authorizations/:authorization', '/oauth/authorizations/:token'],
    [
      'POST /account/keys',
      '/account/keys',
      { public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMjfwCnIDYNIWdvYjCJqLKpZv887qK+ulMNmBKmPhlze me@laptop' },
      keep('key'),
    ],
    ['DELETE /account/keys/:key', '/account/keys/:key'],
    ['POST /oauth/clients', '/oauth/clients', { name: 'Tool', redirect_uri: 'https://app.test/cb' }, keep('client')],
    ['PATCH /oauth/clients/:client', '/oauth/clients/:client', { name: 'Other' }],
    ['POST /oauth/clients/:client/actions/rotate-credentials', '/oauth/clients/:client/actions/rotate-credentials'],
    ['DELETE /oauth/clients/:client', '/oauth/clients/:client'],
    ['POST /oauth/sessions', '/oauth/sessions', { description: 'here' }, keep('session')],
    ['DELETE /oauth/sessions/:session', '/oauth/sessions/:session'],
    ['PUT /account/password', '/account/password', { new_password: PASSWORD }],
    ['POST /account/two-factor', '/account/two-factor', { password: PASSWORD }, keep('phone', 'url')],
    ['PUT /account/two-factor', '/account/two-factor', () => ({ code: codeOf(known['phone']!) }), keep('recovery', 'recovery_codes')],
    ['DELETE /account/two-factor', '/account/two-factor', () => ({ code: known['recovery']!.split(',')[0] })],
    ['DELETE /users/:user/two-factor', '/users/joe@example.com/two-factor'],
    ['POST /users/:user/actions/reset-password', '/users/joe@example.com/actions/reset-password'],
    ['POST /apps', '/apps', { name: 'new' }],
    ['PATCH /apps/:app', '/apps/shop', { maintenance: true }],
    ['PATCH /apps/:app/features/:feature', '/apps/shop/features/https-only', { enabled: true }],
    ['POST /apps/:app/domains', '/apps/shop/domains', { hostname: 'www.example.com' }],
    ['POST /apps/:app/sni-endpoints', '/apps/shop/sni-endpoints', certificate, keep('endpoint')],
    ['PATCH /apps/:app/domains/:domain', '/apps/shop/domains/www.example.com', { sni_endpoint: null }],
    ['PATCH /apps/:app/sni-endpoints/:endpoint', '/apps/shop/sni-endpoints/:endpoint', certificate],
    ['DELETE /apps/:app/sni-endpoints/:endpoint', '/apps/shop/sni-endpoints/:endpoint'],
    ['DELETE /apps/:app/domains/:domain', '/apps/shop/domains/www.example.com'],
    ['POST /apps/:app/acm', '/apps/shop/acm'],
    ['PATCH /apps/:app/acm', '/apps/shop/acm', { acm_refresh: true }],
    ['DELETE /apps/:app/acm', '/apps/shop/acm'],
    ['PATCH /apps/:app/config-vars', '/apps/shop/config-vars', { KEY: 'hidden-value' }],
    ['POST /apps/:app/releases', '/apps/shop/releases', { slug: known['slug'] }],
    ['POST /apps/:app/builds', '/apps/shop/builds', { source_blob: { url: 'http://127.0.0.1:1/x.tgz?hidden-value' } }, keep('build')],
    ['DELETE /apps/:app/builds/:build', '/apps/shop/builds/:build'],
    ['DELETE /apps/:app/build-cache', '/apps/shop/build-cache'],
    ['POST /apps/:app/slugs', '/apps/shop/slugs', { process_types: { web: 'x' } }],
    ['PATCH /apps/:app/formation', '/apps/shop/formation', { updates: [{ type: 'web', quantity: 2 }] }],
    ['PATCH /apps/:app/formation/:type', '/apps/shop/formation/web', { quantity: 1 }],
    ['POST /apps/:app/dynos/:dyno', '/apps/shop/dynos/web.1', { command: 'true' }],
    ['POST /apps/:app/dynos/actions/stop-old', '/apps/shop/dynos/actions/stop-old'],
    ['DELETE /apps/:app/dynos', '/apps/shop/dynos'],
    ['DELETE /apps/:app/dynos/:dyno', '/apps/shop/dynos/web.1'],
    ['POST /apps/:app/dynos/:dyno/actions/stop', '/apps/shop/dynos/web.1/actions/stop'],
    ['DELETE /apps/:app/formations/:type', '/apps/shop/formations/web'],
    ['POST /apps/:app/formations/:type/actions/stop', '/apps/shop/formations/web/actions/stop'],
    ['POST /apps/:app/dynos', '/apps/shop/dynos', { command: 'true', attach: false }],
    ['PUT /apps/:app/buildpack-installations', '/apps/shop/buildpack-installations', { updates: [{ buildpack: 'nodejs' }] }],
    ['POST /addon-services', '/addon-services', { manifest: acme.manifest, environment: 'test' }],
    ['POST /apps/:app/addons', '/apps/shop/addons', { plan: 'acme:basic' }, keep('addon')],
    ['PATCH /addons/:addon', '/addons/:addon', { name: 'acme-renamed' }],
    ['PATCH /apps/:app/addons/:addon', '/apps/shop/addons/:addon', { plan: 'acme:large' }],
    ['POST /addon-attachments', '/addon-attachments', { addon: 'acme-renamed', app: 'shop', name: 'MORE' }, keep('attachment')],
    ['DELETE /addon-attachments/:attachment', '/addon-attachments/:attachment'],
    ['DELETE /apps/:app/addons/:addon', '/apps/shop/addons/:addon'],
    ['PUT /client/v11/databases/:database/reset', '/client/v11/databases/db/reset'],
    ['POST /client/v11/databases/:database/connection_reset', '/client/v11/databases/db/connection_reset'],
    ['POST /postgres/v0/databases/:database/credentials', '/postgres/v0/databases/db/credentials', { name: 'readers' }],
    [
      'POST /postgres/v0/databases/:database/credentials/:credential/credentials_rotation',
      '/postgres/v0/databases/db/credentials/readers/credentials_rotation',
    ],
    ['POST /postgres/v0/databases/:database/credentials_rotation', '/postgres/v0/databases/db/credentials_rotation'],
    ['POST /postgres/v0/databases/:database/repair-default', '/postgres/v0/databases/db/repair-default'],
    ['DELETE /postgres/v0/databases/:database/credentials/:credential', '/postgres/v0/databases/db/credentials/readers'],
    ['PATCH /redis/v0/databases/:database/config', '/redis/v0/databases/kv/config', { timeout: 1 }],
    ['POST /redis/v0/databases/:database/stats/reset', '/redis/v0/databases/kv/stats/reset'],
    ['POST /redis/v0/databases/:database/credentials_rotation', '/redis/v0/databases/kv/credentials_rotation'],
    ['POST /client/v11/databases/:database/backups', '/client/v11/databases/db/backups', undefined, keep('transfer')],
    ['POST /client/v11/apps/:app/transfers/:transfer/actions/cancel', '/client/v11/apps/shop/transfers/:transfer/actions/cancel'],
    ['DELETE /client/v11/apps/:app/transfers/:transfer', '/client/v11/apps/shop/transfers/:transfer'],
    [
      'POST /client/v11/databases/:database/restores',
      '/client/v11/databases/db/restores',
      { backup_url: 'https://x.test/latest.dump?hidden-value' },
    ],
    [
      'POST /client/v11/databases/:database/transfer-schedules',
      '/client/v11/databases/db/transfer-schedules',
      { hour: 3 },
      keep('capture'),
    ],
    [
      'DELETE /client/v11/databases/:database/transfer-schedules/:transfer_schedule',
      '/client/v11/databases/db/transfer-schedules/:capture',
    ],
    ['DELETE /addon-services/:service', '/addon-services/acme'],
    [
      'POST /apps/:app/webhooks',
      '/apps/shop/webhooks',
      { url: 'https://x.test', include: ['api:app'], level: 'notify', secret: 'hidden-value', authorization: 'hidden-value' },
      keep('webhook'),
    ],
    ['PATCH /apps/:app/webhooks/:webhook', '/apps/shop/webhooks/:webhook', { level: 'sync' }],
    ['DELETE /apps/:app/webhooks/:webhook', '/apps/shop/webhooks/:webhook'],
    ['POST /apps/:app/log-drains', '/apps/shop/log-drains', { url: 'https://me:hidden-value@logs.test/' }, keep('drain')],
    ['DELETE /apps/:app/log-drains/:drain', '/apps/shop/log-drains/:drain'],
    ['POST /apps/:app/schedules', '/apps/shop/schedules', { cron: '@daily', command: 'true', name: 'nightly' }],
    ['POST /apps/:app/schedules/:schedule/runs', '/apps/shop/schedules/nightly/runs'],
    ['DELETE /apps/:app/schedules/:schedule', '/apps/shop/schedules/nightly'],
    ['PATCH /apps/:app/source', '/apps/shop/source', { dir: 'services/api' }],
    ['PUT /apps/:app/git-connection', '/apps/shop/git-connection', { url: 'https://git.test/me/app.git', token: 'hidden-value' }],
    ['PATCH /apps/:app/git-connection', '/apps/shop/git-connection', { branch: 'other' }],
    ['POST /apps/:app/git-connection/builds', '/apps/shop/git-connection/builds', {}],
    ['DELETE /apps/:app/git-connection', '/apps/shop/git-connection'],
    ['POST /apps/:app/collaborators', '/apps/shop/collaborators', { user: 'joe@example.com' }],
    ['PATCH /apps/:app/collaborators/:collaborator', '/apps/shop/collaborators/joe@example.com', { permissions: ['view'] }],
    ['DELETE /apps/:app/collaborators/:collaborator', '/apps/shop/collaborators/joe@example.com'],
    ['POST /teams', '/teams', { name: 'crew' }],
    ['PATCH /teams/:team', '/teams/crew', { name: 'crew-2' }],
    ['POST /teams/:team/members', '/teams/crew-2/members', { email: 'joe@example.com', role: 'member' }],
    ['PUT /teams/:team/members', '/teams/crew-2/members', { email: 'joe@example.com', role: 'viewer' }],
    ['PATCH /teams/:team/members', '/teams/crew-2/members', { email: 'joe@example.com', role: 'admin' }],
    ['PUT /teams/:team/invitations', '/teams/crew-2/invitations', { email: 'joe@example.com', role: 'member' }],
    ['POST /teams/apps', '/teams/apps', { name: 'crewed', team: 'crew-2' }],
    ['POST /teams/apps/:app/collaborators', '/teams/apps/crewed/collaborators', { user: 'joe@example.com', permissions: ['deploy'] }],
    ['PATCH /teams/apps/:app/collaborators/:collaborator', '/teams/apps/crewed/collaborators/joe@example.com', { permissions: ['view'] }],
    ['DELETE /teams/apps/:app/collaborators/:collaborator', '/teams/apps/crewed/collaborators/joe@example.com'],
    ['PATCH /teams/apps/:app', '/teams/apps/crewed', { owner: ADMIN_EMAIL }],
    ['DELETE /teams/:team/members/:member', '/teams/crew-2/members/joe@example.com'],
    ['DELETE /teams/:team', '/teams/crew-2'],
    ['PATCH /account/app-transfers/:transfer', '/account/app-transfers/:offer', { state: 'declined' }],
    ['DELETE /account/app-transfers/:transfer', '/account/app-transfers/:offer'],
    ['POST /account/app-transfers', '/account/app-transfers', { app: 'new', recipient: 'joe@example.com' }],
    ['DELETE /apps/:app', '/apps/new'],
    ['DELETE /users/:user', '/users/joe@example.com'],
  ];
}

async function hasTwoFactor(email: string): Promise<void> {
  const { id } = (await findUser(web.ctx.store, email))!;
  await web.ctx.store.db
    .insertInto('twoFactors')
    .values({ userId: id, secretSealed: Buffer.from('x'), lastStep: 0 })
    .execute();
}

it('has one event of whatever is changed: who, by what, from where, before and after, and no secret', async () => {
  const shop = await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, 'shop');
  const { id, createdAt: _created, updatedAt: _updated, ...like } = shop.dyno;
  const known = { slug: shop.slug.id } as Record<string, string>;
  const all = steps(known, await aCertificate(['www.example.com']));
  const changing = ROUTES.filter(({ isOpen, method }) => !isOpen && method !== 'GET').map(({ method, path }) => `${method} ${path}`);
  expect(all.map(([route]) => route).toSorted()).toEqual(changing.filter((route) => !CHANGE_NOTHING.has(route)).toSorted());
  const [own] = (await admin('GET', '/oauth/authorizations')).body as { id: string }[];
  for (const [name, plan] of Object.entries({ db: 'heroku-postgresql', kv: 'heroku-redis' }))
    expect((await admin('POST', '/apps/shop/addons', { plan, name })).body).toMatchObject({ state: 'provisioned' });
  const { ownerId } = shop.app;
  const offer = { appId: shop.app.id, ownerId, recipientId: ownerId, byId: ownerId };
  for (const [route, path, body, keep] of all) {
    // Where another in its place has crashed, there is an old one to stop.
    if (route.endsWith('/stop-old')) await insertDyno(web.ctx.store, { ...like, state: 'crashed' });
    await web.ctx.store.db.updateTable('dynos').set({ state: 'up', restartAskedAt: null }).where('id', '=', id).execute();
    if (route === 'DELETE /users/:user/two-factor') await hasTwoFactor('joe@example.com');
    if (path.endsWith(':offer')) known['offer'] = (await insertTransfer(web.ctx.store, offer)).id;
    const answer = await admin(
      route.split(' ')[0]!,
      path.replace(/:(\w+)/g, (_all, name: string) => known[name] ?? name),
      typeof body === 'function' ? (body as () => object)() : body,
    );
    expect(answer.status, `${route} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    keep?.(answer);
    const [request] = answer.headers.get('request-id')!.split(',');
    const told = (await eventsOf()).filter((event) => event.request_id === request);
    expect(
      told.map(({ action }) => action),
      route,
    ).toEqual([route]);
    expect(told[0], route).toMatchObject({ actor: { email: ADMIN_EMAIL }, address: '127.0.0.1', authorization: { id: own!.id } });
  }
});

describe('an event', () => {
  it('shows what was another before, and nothing that is secret', async () => {
    const events = await eventsOf('/apps/shop/events');
    const of = (route: string) => events.find(({ action }) => action === route)!;
    expect(of('PATCH /apps/:app').changes).toEqual([
      { noun: 'apps', id: expect.any(String) as string, action: 'update', before: { maintenance: false }, after: { maintenance: true } },
    ]);
    expect(of('PATCH /apps/:app/config-vars').changes).toMatchObject([
      { noun: 'releases', action: 'create', after: { description: 'Set KEY config vars' } },
    ]);
    expect(of('DELETE /apps/:app/domains/:domain').changes).toMatchObject([{ action: 'destroy', before: { hostname: 'www.example.com' } }]);
    const all = JSON.stringify([await eventsOf(), await web.ctx.store.db.selectFrom('auditChanges').selectAll().execute()]);
    for (const secret of ['hidden-value', 'PRIVATE KEY', 'Sealed', 'sealed', 'hash', web.adminToken]) expect(all).not.toContain(secret);
  });

  it('is written with the change, or neither is', async () => {
    const count = (await eventsOf()).length;
    expect((await admin('POST', '/apps', { name: 'shop' })).status).toBe(422);
    expect((await admin('POST', '/apps/shop/domains', { hostname: 'shop.localhost' })).status).toBe(422);
    expect(await eventsOf()).toHaveLength(count);
    const { rows } = await sql<{ apart: string | null }>`
      select string_agg(action, ', ') as apart from audit_events where not exists (
        select from audit_changes where event_id = audit_events.id and audit_changes.xmin = audit_events.xmin
      ) and exists (select from audit_changes where event_id = audit_events.id)
      -- A code is used up first, whatever becomes of what it is for.
      and action not in ('PUT /account/two-factor', 'DELETE /account/two-factor')
    `.execute(web.ctx.store.db);
    expect(rows).toEqual([{ apart: null }]);
  });

  it('of a provider names no user', async () => {
    await admin('POST', '/addon-services', { manifest: acme.manifest, environment: 'test' }).then(({ body }) => {
      acme.clientSecret = (body as { client_secret: string }).client_secret;
    });
    acme.manner = 'async';
    const { id } = (await admin('POST', '/apps/shop/addons', { plan: 'acme:basic' })).body as { id: string };
    await until(async () =>
      (await eventsOf('/apps/shop/events')).filter(({ actor }) => actor === null).map(({ action }) => action),
    ).toContain('POST /addons/:addon/actions/provision');
    expect((await admin('GET', `/addons/${id}`)).status).toBe(200);
  });

  it('is for whoever may see the app, and all are for admins', async () => {
    const made = (await admin('POST', '/users', { email: 'eve@example.com' })).body as { access_token: { token: string } };
    const eve = callAs(() => web.url, made.access_token.token);
    expect((await eve('GET', '/apps/shop/events')).status).toBe(404);
    expect((await eve('GET', '/events')).status).toBe(403);
  });

  it('is neither changed nor removed within a year', async () => {
    const { db } = web.ctx.store;
    const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow('the audit log is not changed');
    for (const table of ['audit_events', 'audit_changes'] as const) {
      await refused(sql`update ${sql.table(table)} set created_at = now() - interval '2 years'`.execute(db));
      await refused(sql`delete from ${sql.table(table)}`.execute(db));
      await refused(sql`truncate ${sql.table(table)}`.execute(db));
    }
    const old = { via: 'token', requestId: 'x', action: 'POST /apps', target: '/apps', createdAt: new Date(Date.now() - 366 * 86_400_000) };
    const nobody = { appId: null, userId: null, email: null, authorizationId: null, address: null } as const;
    const count = (await eventsOf()).length;
    await db
      .insertInto('auditEvents')
      .values({ ...nobody, ...old, via: 'token', id: '00000000-0000-4000-8000-000000000000' })
      .execute();
    expect(await eventsOf()).toHaveLength(count + 1);
    await trimAudit(web.ctx.store);
    expect(await eventsOf()).toHaveLength(count);
  });
});
