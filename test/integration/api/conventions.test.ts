// What holds for every call: pieces of lists, tags, ids, warnings, other methods, other origins.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { findUser } from '../../../src/store/people/users.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { callAs, type Call } from './client.js';

let web: OpenWeb;
let admin: Call;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  await aDeployedApp(web.ctx, user, 'shop');
  for (let n = 1; n <= 9; n += 1) await createApp(web.ctx, { user, name: `app-${n}` });
  for (const email of ['a@example.com', 'b@example.com']) await admin('POST', '/users', { email });
  for (let n = 0; n < 4; n += 1) await admin('PATCH', '/apps/shop/config-vars', { N: String(n) });
  for (let n = 0; n < 3; n += 1) await admin('POST', '/oauth/authorizations', {});
  for (let n = 0; n < 3; n += 1) {
    const build = (await admin('POST', '/apps/shop/builds', { source_blob: { url: 'http://127.0.0.1:1/x.tgz' } })).body as { id: string };
    await admin('DELETE', `/apps/shop/builds/${build.id}`);
  }
  // Several that share a moment, which is what a page's end must not fall between.
  const moment = new Date('2026-11-01T12:00:00.123Z');
  for (const table of ['apps', 'releases', 'builds', 'users', 'authorizations'] as const)
    await web.ctx.store.db.updateTable(table).set({ createdAt: moment, updatedAt: moment }).execute();
});
afterAll(() => web.stop());

describe('a list', () => {
  const lists: [path: string, by: string[], atLeast: number][] = [
    ['/apps', ['name', 'id', 'updated_at'], 10],
    ['/users/~/apps', ['name', 'id', 'updated_at'], 10],
    ['/users', ['email', 'id', 'created_at'], 3],
    ['/oauth/authorizations', ['id', 'created_at'], 4],
    [`/users/${ADMIN_EMAIL}/authorizations`, ['id', 'created_at'], 4],
    ['/apps/shop/releases', ['version', 'id', 'created_at'], 7],
    ['/apps/shop/builds', ['created_at', 'id'], 3],
    ['/apps/shop/formation', ['type', 'id', 'created_at', 'updated_at'], 2],
    ['/apps/shop/dynos', ['name', 'id', 'created_at', 'updated_at'], 1],
    ['/stacks', ['name', 'id'], 2],
    ['/apps/shop/available-stacks', ['name', 'id'], 2],
    ['/regions', ['name', 'id'], 1],
    ['/dyno-sizes', ['id', 'name'], 6],
    ['/apps/shop/available-dyno-sizes', ['id', 'name'], 6],
  ];

  /** All pieces of a list, put together. */
  async function piecewise(path: string, first: string): Promise<string[]> {
    const seen: string[] = [];
    for (let next: string | null = first; next !== null && seen.length < 100;) {
      const piece = await admin('GET', path, undefined, { range: next });
      next = piece.headers.get('next-range');
      expect({ path, first, status: piece.status }).toEqual({ path, first, status: next === null ? 200 : 206 });
      expect((piece.body as unknown[]).length).toBeLessThanOrEqual(2);
      seen.push(...(piece.body as { id: string }[]).map(({ id }) => id));
    }
    return seen;
  }

  it.each(lists)('%s comes in pieces, by whatever it is sorted, each item once', async (path, by, atLeast) => {
    const whole = (await admin('GET', path)).body as { id: string }[];
    expect(whole.length).toBeGreaterThanOrEqual(atLeast);
    expect((await admin('GET', path)).headers.get('accept-ranges')).toBe(by.join(', '));
    const ids = whole.map(({ id }) => id).toSorted();
    for (const property of by) {
      const up = await piecewise(path, `${property} ..; max=2`);
      expect(up.toSorted(), property).toEqual(ids);
      const down = await piecewise(path, `${property} ..; max=2, order=desc`);
      expect(down, property).toEqual(up.toReversed());
    }
  });

  it('begins and ends where its range says, times being as they are shown', async () => {
    const names = async (range: string) =>
      ((await admin('GET', '/apps', undefined, { range })).body as { name: string }[]).map(({ name }) => name);
    expect(await names('name app-3..app-5')).toEqual(['app-3', 'app-4', 'app-5']);
    expect(await names('name ]app-3..app-5[')).toEqual(['app-4']);
    expect(await names('name app-5..app-3; order=desc')).toEqual(['app-5', 'app-4', 'app-3']);
    const at = '2026-11-01T12:00:00.123Z';
    for (const order of ['asc', 'desc']) {
      expect(await names(`updated_at ${at}..${at}; order=${order}`)).toHaveLength(10);
      expect(await names(`updated_at ]${at}..; order=${order}`)).toEqual([]);
    }
    expect(await names('updated_at 2026-11-01..2026-11-02')).toHaveLength(10);
  });

  it.each([
    ['/apps', 'id nonsense..'],
    ['/apps', 'updated_at yesterday..'],
    ['/apps', 'updated_at 2026-13-45T00:00:00Z..'],
    ['/apps', "updated_at 2026-11-01T12:00:00Z~x'y.."],
    ['/apps/shop/releases', 'version one..'],
    ['/apps/shop/releases', 'version 99999999999..'],
    ['/apps/shop/builds', `created_at ..2026-11-01T12:00:00Z~${'0'.repeat(36)}`],
  ])('%s has no range %j', async (path, range) => {
    expect(await admin('GET', path, undefined, { range })).toMatchObject({ status: 416, body: { id: 'requested_range_not_satisfiable' } });
  });

  it('that is known already is not sent again, piece by piece', async () => {
    const range = 'name ..; max=2';
    const first = await admin('GET', '/apps', undefined, { range });
    const again = await admin('GET', '/apps', undefined, { range, 'if-none-match': first.headers.get('etag')! });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers.get('next-range')).toBe(first.headers.get('next-range'));
    const other = await admin('GET', '/apps', undefined, { range: 'name ..; max=3', 'if-none-match': first.headers.get('etag')! });
    expect(other.status).toBe(206);
  });
});

describe('If-Match', () => {
  it('changes what is as it was, and nothing else', async () => {
    const before = (await admin('GET', '/apps/app-1')).headers.get('etag')!;
    expect((await admin('PATCH', '/apps/app-1', { maintenance: true }, { 'if-match': before })).status).toBe(200);
    expect(await admin('PATCH', '/apps/app-1', { maintenance: false }, { 'if-match': before })).toMatchObject({
      status: 412,
      body: { id: 'precondition_failed', message: 'It has changed since you read it: get it again, then try again.' },
    });
    expect((await admin('DELETE', '/apps/app-1', undefined, { 'if-match': before })).status).toBe(412);
    const now = await admin('GET', '/apps/app-1');
    expect(now.body).toMatchObject({ maintenance: true });
    expect((await admin('PATCH', '/apps/app-1', {}, { 'if-match': `"x", ${now.headers.get('etag')!}` })).status).toBe(200);
  });

  it('lets one of several who change the same at once', async () => {
    const etag = (await admin('GET', '/apps/app-2/config-vars')).headers.get('etag')!;
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => admin('PATCH', '/apps/app-2/config-vars', { N: String(n) }, { 'if-match': etag })),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  });

  it('holds for lists too', async () => {
    const etag = (await admin('GET', '/apps/shop/formation')).headers.get('etag')!;
    const wish = { updates: [{ type: 'worker', quantity: 2 }] };
    expect((await admin('PATCH', '/apps/shop/formation', wish, { 'if-match': '"another"' })).status).toBe(412);
    expect((await admin('PATCH', '/apps/shop/formation', wish, { 'if-match': etag })).status).toBe(200);
  });

  it("tells nothing of others' apps", async () => {
    const made = (await admin('POST', '/users', { email: 'c@example.com' })).body as { access_token: { token: string } };
    const other = callAs(() => web.url, made.access_token.token);
    expect((await other('DELETE', '/apps/shop', undefined, { 'if-match': '*' })).status).toBe(404);
  });
});

describe('a body', () => {
  const send = (body: string, type?: string) =>
    fetch(`${web.url}/apps/app-3`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${web.adminToken}`, ...(type && { 'content-type': type }) },
      body: Buffer.from(body),
    });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/vnd.heroku+json; version=3', undefined])(
    'called %j is read',
    async (type) => expect((await send('{"maintenance":true}', type)).status).toBe(200),
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', 'json', ';'])(
    'called %j is refused',
    async (type) => {
      const answer = await send('{"maintenance":false}', type);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ id: 'bad_request', message: expect.stringContaining('application/json') });
      expect((await admin('GET', '/apps/app-3')).body).toMatchObject({ maintenance: true });
    },
  );

  it('with fields that are not known is taken without them, and they are named', async () => {
    const answer = await admin('PATCH', '/apps/app-3', { maintenence: false, 'ä\r\nx: y': 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('warning-message')).toBe('maintenence, ???x: y: no such field here; ignored.');
    const deep = await admin('PATCH', '/apps/shop/formation', { updates: [{ type: 'web', quantity: 1, colour: 'red' }] });
    expect(deep.headers.get('warning-message')).toBe('updates.0.colour: no such field here; ignored.');
    for (const known of [{ name: 'app-3' }, {}])
      expect((await admin('PATCH', '/apps/app-3', known)).headers.get('warning-message')).toBeNull();
    expect((await admin('PATCH', '/apps/app-3/config-vars', { ANY: 'x' })).headers.get('warning-message')).toBeNull();
    const page = await admin('PATCH', '/apps/app-3/config-vars', { ERROR_PAGE_URL: 'ftp://s3cret', MAINTENANCE_PAGE_URL: '//x.test' });
    expect(page.headers.get('warning-message')).toMatch(/^ERROR_PAGE_URL must be a whole URL that begins with https:[^;]+own page\.$/);
    expect((await admin('POST', '/apps', { name: 'flagged', feature_flags: [] })).headers.get('warning-message')).toBeNull();
  });
});

describe('a request', () => {
  it('has an id, before those it came with', async () => {
    const ids = ['11111111-89ab-cdef-0123-456789abcdef', '22222222-89ab-cdef-0123-456789abcdef'];
    const told = (await admin('GET', '/account', undefined, { 'request-id': ids.join(',') })).headers.get('request-id')!;
    expect(told.split(',').slice(1)).toEqual(ids);
    expect(told.split(',')[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('counts: the answer says how many are left', async () => {
    const left = async (path = '/account') => Number((await admin('GET', path)).headers.get('ratelimit-remaining'));
    const before = await left();
    expect(await left()).toBeLessThan(before + 1);
    expect(before).toBeLessThan(4_500);
    expect((await admin('GET', '/account/rate-limits')).body).toEqual({ remaining: expect.any(Number) });
  });

  it('may be a POST that says it is another', async () => {
    const override = { 'x-http-method-override': 'PATCH' };
    expect(await call('POST', '/apps/app-4', { maintenance: true }, override)).toMatchObject({ status: 200, body: { maintenance: true } });
    expect(await call('POST', '/apps/app-4', undefined, { 'x-http-method-override': 'TRACE' })).toMatchObject({ status: 404 });
    expect(await call('GET', '/apps/app-4', undefined, { 'x-http-method-override': 'DELETE' })).toMatchObject({ status: 200 });
  });

  /** As it comes over the wire: the client of these tests would take the override for the method that was named. */
  async function call(method: string, path: string, body: unknown, headers: Record<string, string>) {
    const about = { authorization: `Bearer ${web.adminToken}`, 'content-type': 'application/json', ...headers };
    const response = await fetch(`${web.url}${path}`, {
      method,
      headers: about,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }
});

describe('a page of another origin', () => {
  it.each(['/apps', '/apps/shop', '/apps/not-there', '/nope'])('is told that it may call %s, without a token', async (path) => {
    const answer = await fetch(`${web.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://example.com',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization',
      },
    });
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: '' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may read answers and refusals', async () => {
    for (const path of ['/apps', '/apps/not-there']) {
      const { headers } = await admin('GET', path, undefined, { origin: 'https://example.com' });
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toContain('Next-Range');
    }
  });
});

describe('the API describes itself, without a token', () => {
  it.each([
    ['/schema', 'application/json', '"strictProperties":true'],
    ['/openapi.json', 'application/json', '"openapi":"3.1.1"'],
    ['/docs', 'text/html', '<code>/apps/:app</code>'],
  ])('%s', async (path, type, text) => {
    const answer = await fetch(`${web.url}${path}`, { headers: { accept: path === '/docs' ? 'text/html' : 'application/json' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
    expect(await answer.text()).toContain(text);
  });

  it('the schema says where it was got, and is not sent again', async () => {
    const schema = await admin('GET', '/schema');
    expect(schema.body).toMatchObject({ id: `${web.url}/schema#`, links: [{ href: web.url }] });
    expect((await admin('GET', '/schema', undefined, { 'if-none-match': schema.headers.get('etag')! })).status).toBe(304);
  });

  it('the page may load nothing', async () => {
    expect((await fetch(`${web.url}/docs`)).headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
