// Every endpoint, used wrongly: who may not, what can't be, and that each is told in one clear line.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackupDirectory } from '../../../src/store/backup/backup-files.js';
import { openBackups } from '../../../src/store/backup/backups.js';
import { openStreams } from '../../../src/api/open-streams.js';
import { createRouters } from '../../../src/api/router.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { findUser } from '../../../src/store/people/users.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp, aSlug, type DeployedApp } from './a-deployed-app.js';
import { callAs, type Answer, type Call } from './client.js';

let web: OpenWeb;
let admin: Call;
let member: Call;
let nobody: Call;
let shop: DeployedApp;
let routes: { method: string; path: string }[];
let buildId: string;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  nobody = callAs(() => web.url, null);
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
  buildId = build.id;
  const made = (await admin('POST', '/users', { email: 'member@example.com' })).body as { access_token: { token: string } };
  member = callAs(() => web.url, made.access_token.token);
  routes = allRoutes();
});
afterAll(() => web.stop());

/** Every route there is, read off the router, with the deployed app's own things in its path. */
function allRoutes() {
  const { routes: all } = createRouters({
    ...web.ctx,
    streams: openStreams(web.ctx),
    readCommit: () => Promise.resolve(null),
    stacks: [],
    blobs: { dir: '', maxBytes: 0 },
    backups: openBackups(openBackupDirectory(''), Buffer.alloc(32)),
    place: { domain: '', routerPort: 0, rendezvous: { port: 0, fingerprint: () => null }, internalUrl: '', publicUrl: null },
  });
  const real: Record<string, string> = {
    app: 'shop',
    release: '3',
    build: buildId,
    slug: shop.slug.id,
    dyno: 'web.1',
    domain: 'shop.localhost',
    collaborator: ADMIN_EMAIL,
    feature: 'preboot',
    type: 'web',
    user: ADMIN_EMAIL,
    authorization: '~',
    stack: 'slipway-12',
    addon: 'none',
    database: 'none',
    credential: 'none',
    attachment: 'NONE',
    endpoint: 'none',
    webhook: 'none',
    drain: 'none',
    schedule: 'none',
    transfer: '1',
    transfer_schedule: 'none',
    delivery: 'none',
    event: 'none',
    service: 'none',
    key: 'none',
    client: 'none',
    session: 'none',
    plan: 'none:one',
    team: 'none',
    member: 'none',
    team_feature: 'none',
  };
  const closed = all.filter(({ isOpen }) => !isOpen);
  return closed.map(({ method, path }) => ({ method, path: path.replace(/:(\w+)/g, (_all, name: string) => real[name] ?? `?${name}`) }));
}

function expectError(answer: Answer, status: number, id: string): string {
  expect(answer).toMatchObject({ status, body: { id, message: expect.any(String) } });
  expect(Object.keys(answer.body as object)).toEqual(['id', 'message']);
  expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  const { message } = answer.body as { message: string };
  expect(message).not.toMatch(/\n\s+at |node_modules|select |undefined|\[object/i);
  return message;
}

describe('who may not', () => {
  it('without a token, or with a wrong one, nothing is answered', async () => {
    expect(routes.length).toBeGreaterThan(45);
    for (const { method, path } of routes) {
      expect(path).not.toContain('?');
      const body = method === 'GET' ? undefined : {};
      expect(expectError(await nobody(method, path, body), 401, 'unauthorized'), path).toBe('Invalid credentials provided.');
      for (const header of [
        'Bearer wrong',
        'Basic OndyOm5n',
        'Basic !!!',
        'Bearer',
        `Token ${web.adminToken}`,
        web.adminToken,
        'Bearer ' + 'x'.repeat(6_000),
      ]) {
        expectError(await nobody(method, path, body, { authorization: header }), 401, 'unauthorized');
      }
    }
  });

  it("others' apps aren't there, whatever is asked of them", async () => {
    const ofApps = routes.filter(({ path }) => path.startsWith('/apps/shop'));
    expect(ofApps.length).toBeGreaterThan(25);
    const before = (await admin('GET', '/apps/shop')).body;
    for (const { method, path } of ofApps) {
      for (const target of [path, path.replace('shop', shop.app.id)]) {
        const body = method === 'GET' ? undefined : { updates: [], name: 'mine', quantity: 9, slug: shop.slug.id, EVIL: '1' };
        const message = expectError(await member(method, target, body), 404, 'not_found');
        expect(message, `${method} ${target}`).toBe("Couldn't find that app.");
      }
    }
    expect((await admin('GET', '/apps/shop')).body).toEqual(before);
    expect((await admin('GET', '/apps/shop/config-vars')).body).toEqual({});
  });

  it("others' apps are in no list, and their parts can't be taken", async () => {
    expect((await member('GET', '/apps')).body).toEqual([]);
    expect((await member('GET', '/users/~/apps')).body).toEqual([]);
    expectError(await member('GET', `/users/${ADMIN_EMAIL}/apps`), 404, 'not_found');
    expectError(await member('GET', `/users/${ADMIN_EMAIL}`), 404, 'not_found');
    expect((await member('POST', '/apps', { name: 'mine' })).status).toBe(201);
    expect(expectError(await member('POST', '/apps/mine/releases', { slug: shop.slug.id }), 404, 'not_found')).toBe(
      "Couldn't find that slug.",
    );
    expectError(await member('POST', '/apps/mine/releases', { release: shop.release.id }), 404, 'not_found');
    for (const path of [
      `/apps/mine/releases/${shop.release.id}`,
      `/apps/mine/releases/${shop.release.id}/config-vars`,
      `/apps/mine/slugs/${shop.slug.id}`,
      `/apps/mine/dynos/${shop.dyno.id}`,
      `/apps/mine/builds/${buildId}`,
    ]) {
      expectError(await member('GET', path), 404, 'not_found');
    }
    expectError(await member('DELETE', `/apps/mine/builds/${buildId}`), 404, 'not_found');
    const theirs = ((await admin('GET', '/oauth/authorizations')).body as { id: string }[])[0]!;
    expectError(await member('DELETE', `/oauth/authorizations/${theirs.id}`), 404, 'not_found');
  });

  it('only admins see and make users', async () => {
    expectError(await member('GET', '/users'), 403, 'forbidden');
    expectError(await member('POST', '/users', { email: 'x@example.com' }), 403, 'forbidden');
    expectError(await member('PATCH', '/users/member@example.com', { role: 'admin' }), 403, 'forbidden');
  });

  it('an admin uses the apps of all', async () => {
    expect((await admin('GET', '/apps/mine')).status).toBe(200);
    expect(((await admin('GET', '/apps')).body as object[]).length).toBe(2);
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/nope'],
    ['POST', '/account'],
    ['PUT', '/apps/shop'],
    ['GET', '/apps/shop/nope'],
    ['DELETE', '/apps'],
    ['GET', '/'],
    ['GET', '//apps'],
    ['GET', '/apps/%00'],
    ['PATCH', '/apps/shop/releases/3'],
  ])('%s %s', async (method, path) => {
    expectError(await admin(method, path), 404, 'not_found');
  });

  it.each([
    ['GET', '/apps/nope', "Couldn't find that app."],
    ['GET', '/apps/..%2f..', "Couldn't find that app."],
    ['GET', "/apps/shop' or 1=1--", "Couldn't find that app."],
    ['GET', '/apps/00000000-0000-0000-0000-000000000000', "Couldn't find that app."],
    ['GET', '/apps/00000000-aaaa', "Couldn't find that app."],
    ['GET', '/apps/12345678-1-2-3-4-5-6-7-8-9-0-a-b-c-de-f', "Couldn't find that app."],
    ['GET', '/apps/shop/releases/99', "Couldn't find that release."],
    ['GET', '/apps/shop/releases/9999999999', "Couldn't find that release."],
    ['GET', '/apps/shop/releases/x', "Couldn't find that release."],
    ['GET', '/apps/shop/releases/99/config-vars', "Couldn't find that release."],
    ['GET', '/apps/shop/builds/x', "Couldn't find that build."],
    ['GET', '/apps/shop/slugs/x', "Couldn't find that slug."],
    ['GET', '/apps/shop/dynos/web.9', "Couldn't find that dyno."],
    ['DELETE', '/apps/shop/dynos/web.9', "Couldn't find that dyno."],
    ['GET', '/apps/shop/formation/clock', "Couldn't find that process type (clock)."],
    ['PATCH', '/apps/shop/formation/clock', "Couldn't find that process type (clock)."],
    ['DELETE', '/apps/shop/formations/clock', "Couldn't find that process type (clock)."],
    ['GET', '/oauth/authorizations/x', "Couldn't find that authorization."],
    ['GET', '/users/nobody@example.com', "Couldn't find that user."],
    ['GET', '/users/123456789012345678901234567890123456', "Couldn't find that user."],
    ['GET', '/stacks/heroku-99', "Couldn't find that stack."],
    ['GET', '/account/keys/SHA256:none', "Couldn't find that key."],
  ])('%s %s', async (method, path, message) => {
    const answer = await admin(method, encodeURI(path).replace(/%25/g, '%'), method === 'PATCH' ? {} : undefined);
    expect(expectError(answer, 404, 'not_found')).toBe(message);
  });
});

describe('what cannot be', () => {
  it.each<[string, string, unknown, string | RegExp]>([
    ['POST', '/apps', { name: 'shop' }, 'Name shop is already taken'],
    ['POST', '/apps', { name: 'Shop' }, /must start with a letter/],
    ['POST', '/apps', { name: 'a' }, /must start with a letter/],
    ['POST', '/apps', { name: 'api' }, /reserved/],
    ['POST', '/apps', { name: 5 }, 'name: must be a string'],
    ['POST', '/apps', { name: '../x' }, /must start with a letter/],
    ['POST', '/apps', { stack: 'heroku-99' }, 'Stack "heroku-99" does not exist. Choose one of: slipway-12, slipway-13.'],
    ['POST', '/apps', { region: 'eu' }, 'region: there is one region, us'],
    ['POST', '/apps', [], /expected object/],
    ['POST', '/apps', 'null', /expected object/],
    ['PATCH', '/apps/shop', { name: 'mine-2!' }, /must start with a letter/],
    ['PATCH', '/apps/shop', { maintenance: 'yes' }, 'maintenance: must be true or false'],
    ['PATCH', '/apps/shop', { build_stack: 'x' }, 'Stack "x" does not exist. Choose one of: slipway-12, slipway-13.'],
    ['PATCH', '/apps/shop/config-vars', { '1A': 'x' }, /Config var name "1A" is invalid/],
    ['PATCH', '/apps/shop/config-vars', { 'A=B': 'x' }, /is invalid/],
    ['PATCH', '/apps/shop/config-vars', { A: 5 }, 'A: must be a string, or null to remove it'],
    ['PATCH', '/apps/shop/config-vars', { A: 'hidden\0value' }, 'Config var A must not contain a NUL character.'],
    ['PATCH', '/apps/shop/config-vars', { A: 'v'.repeat(70_000) }, /64 kB/],
    ['PATCH', '/apps/shop/config-vars', ['A'], /expected record|expected object/],
    ['POST', '/apps/shop/releases', {}, 'name a slug to release, or a release to roll back to'],
    ['POST', '/apps/shop/releases', { release: 1 }, 'Cannot roll back to v1: nothing had been deployed then.'],
    ['POST', '/apps/shop/builds', {}, 'source_blob: is missing; it must be of type object'],
    ['POST', '/oauth/authorizations', { description: 'a\0b' }, 'Text must not contain NUL characters.'],
    ['POST', '/apps/shop/builds', { source_blob: {} }, 'source_blob.url: must be the URL of a .tar, .tar.gz or .zip'],
    ['POST', '/apps/shop/builds', { source_blob: { url: 'file:///etc/passwd' } }, /source_blob.url: must be the http or https URL/],
    ['POST', '/apps/shop/builds', { source_blob: { url: 'http://x/y' }, buildpacks: [{ name: 'nope/nope' }] }, /is not a buildpack/],
    ['PATCH', '/apps/shop/formation', {}, /updates/],
    ['PATCH', '/apps/shop/formation', { updates: [] }, 'updates: names no process type'],
    ['PATCH', '/apps/shop/formation', { updates: [{ type: 'web', quantity: -1 }] }, /Cannot scale below 0|must be/],
    ['PATCH', '/apps/shop/formation', { updates: [{ type: 'web', quantity: '1.5' }] }, /whole number/],
    ['PATCH', '/apps/shop/formation', { updates: [{ type: 'web', quantity: 101 }] }, /more than 100/],
    ['PATCH', '/apps/shop/formation', { updates: [{ type: 'web', size: 'huge' }] }, /No such dyno size/],
    ['PATCH', '/apps/shop/formation/web', { quantity: null }, 'quantity: must be a whole number, or "+1" or "-1"'],
    ['PUT', '/apps/shop/buildpack-installations', { updates: [{ buildpack: 'x y' }] }, /is not a buildpack/],
    ['PUT', '/apps/shop/buildpack-installations', { updates: [{ buildpack: '--upload-pack=x' }] }, /is not a buildpack/],
    ['PUT', '/apps/shop/buildpack-installations', {}, /updates/],
    ['POST', '/apps/shop/log-sessions', { lines: -1 }, /lines/],
    ['POST', '/oauth/authorizations', { scope: ['root'] }, /must be one of global, identity, read/],
    ['POST', '/oauth/authorizations', { expires_in: 'soon' }, /expires_in/],
    ['POST', '/users', { email: 'nobody' }, 'email: must be an e-mail address'],
    ['POST', '/users', { email: ADMIN_EMAIL }, `Email ${ADMIN_EMAIL} is already taken`],
    ['POST', '/users', { email: 'x@example.com', role: 'king' }, /role/],
  ])('%s %s %j', async (method, path, body, message) => {
    const told = expectError(await admin(method, path, body), 422, 'invalid_params');
    if (typeof message === 'string') expect(told).toBe(message);
    else expect(told).toMatch(message);
    expect(told).not.toContain('hidden');
  });

  it('a list of changes is made whole or not at all', async () => {
    const before = (await admin('GET', '/apps/shop/formation')).body;
    expectError(
      await admin('PATCH', '/apps/shop/formation', {
        updates: [
          { type: 'web', quantity: 7 },
          { type: 'clock', quantity: 1 },
        ],
      }),
      404,
      'not_found',
    );
    expect((await admin('GET', '/apps/shop/formation')).body).toEqual(before);
  });

  it('a rollback to what failed', async () => {
    const slug = await aSlug(web.ctx, shop.app);
    const made = (await admin('POST', '/apps/shop/releases', { slug: slug.id })).body as { version: number };
    expect(expectError(await admin('POST', '/apps/shop/releases', { release: made.version }), 422, 'invalid_params')).toContain(
      `Cannot roll back to v${made.version}: its status is pending`,
    );
  });
});

describe('requests that are wrong in themselves', () => {
  it.each(['{', '{"name": }', 'name=demo', '\u0000'])('%j is not JSON', async (body) => {
    expect(expectError(await admin('POST', '/apps', body), 400, 'bad_request')).toMatch(/^The request's body is not valid JSON/);
  });

  it('a huge body is refused before it is read', async () => {
    expectError(await admin('POST', '/apps', `{"name":"${'x'.repeat(2 * 1024 * 1024)}"}`), 413, 'too_large');
    expect((await admin('GET', '/account')).status).toBe(200);
  });

  it.each(['bytes=0-9', 'name ..', 'version ..; max=0'])('a range like %j', async (range) => {
    expectError(await admin('GET', '/apps/shop/releases', undefined, { range }), 416, 'requested_range_not_satisfiable');
  });

  it('a range is no matter where nothing is listed', async () => {
    expect((await admin('GET', '/apps/shop', undefined, { range: 'nonsense' })).status).toBe(200);
    expect((await admin('PATCH', '/apps/shop', {}, { range: 'id ..; max=1000' })).status).toBe(200);
  });

  it.each(['application/vnd.heroku+json; version=2', 'text/html'])('another version: %s', async (accept) => {
    expectError(await admin('GET', '/account', undefined, { accept }), 406, 'not_acceptable');
  });

  it('what a client knows already is not sent again', async () => {
    const first = await admin('GET', '/apps/shop');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = await admin('GET', '/apps/shop', undefined, { 'if-none-match': etag });
    expect(again).toMatchObject({ status: 304, body: '' });
    await admin('PATCH', '/apps/shop', { maintenance: true });
    expect((await admin('GET', '/apps/shop', undefined, { 'if-none-match': etag })).status).toBe(200);
  });

  it('headers as large as the CLI grows them', async () => {
    expect((await admin('GET', '/account', undefined, { 'request-id': 'ab'.repeat(7_000) })).status).toBe(200);
  });

  it.each([
    'GARBAGE\r\n\r\n',
    `GET /account HTTP/1.1\r\nx: ${'y'.repeat(64_000)}\r\n\r\n`,
    '\x80\x80\x80\x80\r\n\r\n',
    'GET /account HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n',
  ])('not HTTP: %.20j', async (text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1.1 4\d\d /);
    expect((await admin('GET', '/account')).status).toBe(200);
  });

  it('a host name is told back only when it is one', async () => {
    const told = await raw(
      `POST /sources HTTP/1.1\r\nHost: evil"><script>\r\nAuthorization: Bearer ${web.adminToken}\r\n` +
        `Connection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(told).toContain(`"put_url":"http://127.0.0.1:${web.web.port}/blobs/`);
  });
});

/** Sends bytes and gives all that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(web.web.port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}
