// One table for each call: what is sent wrongly, and what is answered. The calls and their fields are the routes' own, so that a new
// one is asked too.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { jsonSchemaOf, type JsonSchema } from '../../../src/api/schema/json-schema.js';
import type { Route } from '../../../src/api/schema/route.js';
import { parseManifest } from '../../../src/model/addon/manifest.js';
import { insertAddon } from '../../../src/store/addon/addons.js';
import { listPlans, saveService } from '../../../src/store/addon/services.js';
import { insertTransfer } from '../../../src/store/people/app-transfers.js';
import { findUser } from '../../../src/store/people/users.js';
import { ROUTES } from '../../support/all-routes.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp, type DeployedApp } from './a-deployed-app.js';
import { callAs, type Answer, type Call } from './client.js';

/** A body that is right, where some is needed. */
const BODIES: Record<string, Record<string, unknown>> = {
  'POST /apps/:app/builds': { source_blob: { url: 'http://127.0.0.1:1/x.tgz' } },
  'POST /apps/:app/slugs': { process_types: { web: 'x' } },
  'POST /apps/:app/releases': { slug: randomUUID() },
  'POST /apps/:app/dynos': { command: 'true' },
  'POST /apps/:app/dynos/:dyno': { command: 'true' },
  'PUT /apps/:app/buildpack-installations': { updates: [] },
  'PATCH /apps/:app/formation': { updates: [{ type: 'web' }] },
  'PATCH /apps/:app/features/:feature': { enabled: true },
  'POST /account/app-transfers': { app: 'not-there', recipient: 'nobody@example.com' },
  'PATCH /account/app-transfers/:transfer': { state: 'declined' },
  'POST /apps/:app/collaborators': { user: 'nobody@example.com' },
  'PATCH /apps/:app/collaborators/:collaborator': { permissions: ['view'] },
  'POST /teams': { name: 'table' },
  'POST /teams/apps/:app/collaborators': { user: 'nobody@example.com' },
  'PATCH /teams/apps/:app/collaborators/:collaborator': { permissions: ['view'] },
  'POST /teams/:team/members': { email: 'nobody@example.com', role: 'member' },
  'PUT /teams/:team/members': { email: 'nobody@example.com', role: 'member' },
  'PATCH /teams/:team/members': { email: 'nobody@example.com', role: 'member' },
  'PUT /teams/:team/invitations': { email: 'nobody@example.com', role: 'member' },
  'POST /apps/:app/domains': { hostname: 'shop.example.com' },
  'PATCH /apps/:app/domains/:domain': { sni_endpoint: null },
  'POST /apps/:app/log-drains': { url: 'https://logs.example.com/shop' },
  'POST /apps/:app/sni-endpoints': { certificate_chain: 'x', private_key: 'x' },
  'PATCH /apps/:app/sni-endpoints/:endpoint': { certificate_chain: 'x', private_key: 'x' },
  'POST /apps/:app/schedules': { cron: '@hourly', command: 'true' },
  'POST /addon-services': { manifest: {} },
  'POST /postgres/v0/databases/:database/credentials': { name: 'readers' },
  'POST /client/v11/databases/:database/restores': { backup_url: 'https://x.test/latest.dump' },
  'POST /client/v11/databases/:database/transfer-schedules': { hour: 3 },
  'POST /apps/:app/addons': { plan: 'none' },
  'POST /addon-attachments': { addon: 'none', app: 'shop' },
  'POST /actions/addons/resolve': { addon: 'none' },
  'POST /actions/addon-attachments/resolve': { addon_attachment: 'none' },
  'PATCH /oauth/authorizations/:authorization': { description: 'x' },
  'POST /apps/:app/webhooks': { url: 'https://example.com/hooks', include: ['api:release'], level: 'notify' },
  'PUT /apps/:app/git-connection': { url: 'https://git.example.com/me/app.git' },
  'POST /oauth/clients': { name: 'Tool', redirect_uri: 'https://app.test/cb' },
  'POST /account/keys': { public_key: 'none' },
  'PUT /account/password': { new_password: 'short' },
  'POST /account/two-factor': { password: 'none' },
  'PUT /account/two-factor': { code: '000000' },
  'DELETE /account/two-factor': { code: '000000' },
  'POST /users': { email: 'table@example.com' },
};

const LONG = 'x'.repeat(100_000);

const closed = ROUTES.filter(({ isOpen }) => !isOpen);
const taking = closed.filter(({ takes }) => takes);
const rows = (routes: Route[]) => routes.map((route) => [`${route.method} ${route.path}`, route] as const);

let web: OpenWeb;
let admin: Call;
let member: Call;
let nobody: Call;
let shop: DeployedApp;
let theirs: Record<string, string>;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  nobody = callAs(() => web.url, null);
  const made = (await admin('POST', '/users', { email: 'member@example.com' })).body as { access_token: { token: string } };
  member = callAs(() => web.url, made.access_token.token);
  const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  shop = await aDeployedApp(web.ctx, user, 'shop');
  const build = await startBuild(web.ctx, {
    app: shop.app,
    user,
    origin: 'api',
    source: 'http://127.0.0.1:1/x.tgz',
    commit: null,
    description: null,
  });
  const api = { password: 'long enough', sso_salt: 'long enough', config_vars: ['ACME_URL'], version: '3' };
  const { manifest, secrets } = parseManifest({ id: 'acme', api: { ...api, production: 'https://acme.example.com/heroku/resources' } });
  const service = await saveService(web.ctx.store, { manifest, environment: 'production', secrets: { ...secrets, clientSecret: 'x' } });
  const [plan] = await listPlans(web.ctx.store, service.id);
  const facts = { appId: shop.app.id, serviceId: service.id, planId: plan!.id, userId: user.id, callbackUrl: web.url, options: {} };
  const addon = (await insertAddon(web.ctx.store, { ...facts, name: 'acme-flat-00001' }))!;
  const [token] = (await admin('GET', '/oauth/authorizations')).body as { id: string }[];
  const client = (await admin('POST', '/oauth/clients', { name: 'Theirs', redirect_uri: 'https://app.test/cb' })).body as { id: string };
  theirs = {
    app: 'shop',
    release: '3',
    build: build.id,
    slug: shop.slug.id,
    dyno: 'web.1',
    type: 'web',
    user: ADMIN_EMAIL,
    authorization: token!.id,
    client: client.id,
    stack: 'slipway-12',
    addon: addon.name,
    database: addon.name,
    domain: 'www.example.com',
    drain: 'syslog://logs.example.com:514',
    schedule: 'nightly',
    team: 'acme',
    collaborator: ADMIN_EMAIL,
    member: ADMIN_EMAIL,
  };
  await admin('POST', '/teams', { name: 'acme' });
  const people = { ownerId: user.id, recipientId: user.id, byId: user.id };
  theirs['transfer'] = (await insertTransfer(web.ctx.store, { appId: shop.app.id, ...people })).id;
  await admin('POST', '/apps/shop/domains', { hostname: 'www.example.com' });
  await admin('POST', '/apps/shop/log-drains', { url: theirs['drain'] });
  await admin('POST', '/apps/shop/schedules', { cron: '0 3 * * *', command: 'true', name: 'nightly' });
});
afterAll(() => web.stop());

const pathOf = ({ path }: Route, real: Record<string, string> = theirs) =>
  path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(real[name] ?? name));

function expectRefusal(answer: Answer, status: number, id: string, about = ''): string {
  expect({ about, status: answer.status, body: answer.body }).toMatchObject({ about, status, body: { id } });
  return (answer.body as { message: string }).message;
}

describe('a token', () => {
  it.each(rows(closed))('is asked for: %s', async (_name, route) => {
    const body = route.method === 'GET' ? undefined : {};
    const none = await nobody(route.method, pathOf(route), body);
    expectRefusal(none, 401, 'unauthorized');
    // The same for what isn't there: nobody learns by it what is.
    const absent = pathOf(route, Object.fromEntries(Object.keys(theirs).map((name) => [name, 'not-there'])));
    expect((await nobody(route.method, absent, body)).body).toEqual(none.body);
    expect((await nobody(route.method, pathOf(route), body, { authorization: 'Bearer HRKU-wrong' })).body).toEqual(none.body);
  });
});

describe("what is another's", () => {
  it.each(rows(closed.filter(({ path }) => path.includes('/:'))))('is answered as what is not there: %s', async (_name, route) => {
    const absent = {
      ...theirs,
      app: 'not-there',
      user: 'not-there@example.com',
      authorization: randomUUID(),
      addon: 'not-there',
      team: 'not-there',
      transfer: randomUUID(),
    };
    const body = route.takes ? (BODIES[`${route.method} ${route.path}`] ?? {}) : undefined;
    const [real, none] = [await member(route.method, pathOf(route), body), await member(route.method, pathOf(route, absent), body)];
    expect({ status: real.status, body: real.body }).toEqual({ status: none.status, body: none.body });
    const isEverybodys = route.path === '/stacks/:stack';
    if (!isEverybodys) expect(route.needs === 'administer' ? [403] : [404]).toContain(real.status);
    // Nor is anything said of what was sent before that.
    if (!isEverybodys && route.takes) expect((await member(route.method, pathOf(route), '{"broken')).body).toEqual(none.body);
  });
});

describe('a body', () => {
  it.each(rows(taking))('of %s that is not JSON is 400', async (_name, route) => {
    for (const body of ['{', 'name=x', '{"a":1}}', '\u0000'])
      expectRefusal(await admin(route.method, pathOf(route), body), 400, 'bad_request');
  });

  it.each(rows(taking))('of %s that is no object is 422', async (_name, route) => {
    for (const body of ['[]', 'null', '"text"', '1', 'true'])
      expectRefusal(await admin(route.method, pathOf(route), body), 422, 'invalid_params');
  });

  it.each(rows(taking))('of %s that is larger than 1 MB is 413', async (_name, route) => {
    expectRefusal(await admin(route.method, pathOf(route), `{"x":"${'x'.repeat(1_100_000)}"}`), 413, 'too_large');
  });

  it.each(rows(taking))('of %s with a field of another type is 422, and names it', async (name, route) => {
    for (const [field, schema] of fieldsOf(route)) {
      for (const wrong of wrongTypes(schema)) {
        const answer = await admin(route.method, pathOf(route), { ...BODIES[name], [field]: wrong });
        expect(expectRefusal(answer, 422, 'invalid_params', `${field}: ${JSON.stringify(wrong)}`)).toContain(field);
      }
    }
  });

  it.each(rows(taking))('of %s with a text that is too long is refused, and shown back in part at most', async (name, route) => {
    for (const [field, schema] of fieldsOf(route).filter(([, each]) => types(each).has('string'))) {
      const answer = await admin(route.method, pathOf(route), { ...BODIES[name], [field]: LONG });
      expect([404, 422], field).toContain(answer.status);
      expect((answer.body as { message: string }).message.length, schema['description'] as string).toBeLessThan(2_100);
    }
  });

  it.each(rows(taking))('of %s with a list that is too long is refused', async (name, route) => {
    for (const [field, schema] of fieldsOf(route).filter(([, each]) => types(each).has('array'))) {
      const item = sample((schema['items'] ?? {}) as JsonSchema);
      const answer = await admin(route.method, pathOf(route), { ...BODIES[name], [field]: Array.from({ length: 1_001 }, () => item) });
      expect(expectRefusal(answer, 422, 'invalid_params', field)).toContain(field);
    }
  });

  it.each(rows(taking.filter(({ path }) => path !== '/apps/:app/config-vars')))(
    'of %s with a field that is not known is read without it',
    async (_name, route) => {
      const name = `${route.method} ${route.path}`;
      // Not to be carried out: what it is about isn't there, where it can be named.
      const addon = route.path.startsWith('/apps') ? 'x' : theirs['addon']!;
      const absent = { ...theirs, build: 'x', dyno: 'x', type: 'x', addon };
      const answer = await admin(route.method, pathOf(route, absent), { ...BODIES[name], nonsense: 1 });
      expect(answer.headers.get('warning-message'), JSON.stringify(answer.body)).toBe('nonsense: no such field here; ignored.');
    },
  );
});

describe('what cannot be done now', () => {
  const slug = () => ({ slug: shop.slug.id });
  it.each<[string, () => Promise<Answer>, number, string, RegExp]>([
    [
      'a build while another is pending',
      () => admin('POST', '/apps/shop/builds', BODIES['POST /apps/:app/builds']),
      409,
      'conflict',
      /in progress/,
    ],
    [
      'a rollback to a release without a slug',
      () => admin('POST', '/apps/shop/releases', { release: 1 }),
      422,
      'invalid_params',
      /nothing had been deployed/,
    ],
    [
      'a release of a slug that is not there',
      () => admin('POST', '/apps/shop/releases', { slug: randomUUID() }),
      404,
      'not_found',
      /that slug/,
    ],
    ["a release of another's slug", () => releaseOfMine(slug()), 404, 'not_found', /that slug/],
    [
      'more dynos than there may be',
      () => admin('PATCH', '/apps/shop/formation/web', { quantity: 101 }),
      422,
      'invalid_params',
      /more than 100/,
    ],
    ['fewer dynos than none', () => admin('PATCH', '/apps/shop/formation/web', { quantity: '-9' }), 422, 'invalid_params', /below 0/],
    ['a name that is taken', () => admin('POST', '/apps', { name: 'shop' }), 422, 'invalid_params', /already taken/],
    ['a name that is reserved', () => admin('POST', '/apps', { name: 'api' }), 422, 'invalid_params', /reserved/],
    [
      'the end of the last admin',
      () => admin('DELETE', `/users/${ADMIN_EMAIL}?transfer_to=member@example.com`),
      422,
      'invalid_params',
      /needs an admin/,
    ],
    ['the end of a user who has apps', endOfOwner, 422, 'invalid_params', /They own mine/],
    ['a cancel of what has ended', cancelTwice, 422, 'invalid_params', /Can only cancel pending builds/],
  ])('%s', async (_what, send, status, id, message) => {
    expect(expectRefusal(await send(), status, id)).toMatch(message);
  });

  async function releaseOfMine(body: object): Promise<Answer> {
    await member('POST', '/apps', { name: 'mine' });
    return member('POST', '/apps/mine/releases', body);
  }

  async function endOfOwner(): Promise<Answer> {
    await member('POST', '/apps', { name: 'mine' });
    return admin('DELETE', '/users/member@example.com');
  }

  async function cancelTwice(): Promise<Answer> {
    await admin('DELETE', `/apps/shop/builds/${theirs['build']}`);
    return admin('DELETE', `/apps/shop/builds/${theirs['build']}`);
  }
});

/** The fields at the top of a route's body. A body of any names is asked about one. */
function fieldsOf({ takes }: Route): [string, JsonSchema][] {
  const schema = jsonSchemaOf(takes!, 'draft-2020-12');
  const forms = ((schema['anyOf'] as JsonSchema[] | undefined) ?? [schema]).flatMap((form) =>
    Object.entries((form['properties'] ?? {}) as Record<string, JsonSchema>),
  );
  const any = schema['additionalProperties'];
  return typeof any === 'object' && any !== null ? [['ANY', any as JsonSchema]] : forms;
}

/** The types a field may have. */
function types(schema: JsonSchema): Set<string> {
  const forms = (schema['anyOf'] as JsonSchema[] | undefined) ?? [schema];
  return new Set(forms.flatMap((form) => ('anyOf' in form ? [...types(form)] : (form['type'] ?? []))).map(String));
}

/** A value of each type that a field may not have. */
function wrongTypes(schema: JsonSchema): unknown[] {
  const allowed = types(schema);
  const values: Record<string, unknown> = { string: '', number: 1.5, boolean: true, array: [[]], object: { a: {} } };
  const isText = allowed.has('string') || allowed.has('integer') || 'enum' in schema || 'const' in schema;
  return Object.entries(values)
    .filter(([type]) => !allowed.has(type) && !(type === 'string' && isText) && !(type === 'number' && allowed.has('integer')))
    .map(([, value]) => value);
}

/** Something that the schema takes. */
function sample(schema: JsonSchema): unknown {
  if ('const' in schema) return schema['const'];
  if (schema['type'] !== 'object') return 'x';
  const required = (schema['required'] as string[] | undefined) ?? [];
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
}
