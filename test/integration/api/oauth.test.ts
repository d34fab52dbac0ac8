// OAuth clients: registered, allowed on a page, given tokens for a code and for a refresh token, and taken away again.
import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MOST_CLIENTS } from '../../../src/model/people/oauth.js';
import { insertOauthClient } from '../../../src/store/people/oauth-clients.js';
import { findUser } from '../../../src/store/people/users.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { asking } from './asking.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

const JANE = 'jane@example.com';
const PASSWORD = 'horse battery';
const URI = 'https://app.test/cb?a=1';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

interface Client {
  id: string;
  secret: string;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  token_type: string;
}

let web: OpenWeb;
let admin: Call;
let jane: Call;
let client: Client;
const ask = asking(() => admin);
const as = (token: string) => callAs(() => web.url, token);
const nobody: Call = (...call) => callAs(() => web.url, null)(...call);

beforeAll(async () => {
  web = await openWeb();
  admin = as(web.adminToken);
  const made = (await admin('POST', '/users', { email: JANE })).body as { access_token: { token: string } };
  jane = as(made.access_token.token);
  await jane('PUT', '/account/password', { new_password: PASSWORD });
  client = await ask<Client & Record<string, unknown>>(201, 'oauth-client', 'POST', '/oauth/clients', {
    name: 'A <Tool>',
    redirect_uri: URI,
  });
});
afterAll(() => web?.stop());
beforeEach(async () => {
  const keys = await web.ctx.bus.redis.keys('attempts:*');
  if (keys.length > 0) await web.ctx.bus.redis.del(...keys);
});

const right = () => ({ client_id: client.id, response_type: 'code', scope: 'read identity', state: 's&t' });
const signIn = { email: JANE, password: PASSWORD };

type Page = { status: number; text: string; headers: Headers; location: string | null };

async function page(query: Record<string, string>, method: 'GET' | 'POST' = 'GET'): Promise<Page> {
  const sent = new URLSearchParams(query);
  const url = `${web.url}/oauth/authorize`;
  const posted = () => fetch(url, { method: 'POST', body: sent, redirect: 'manual' });
  const answer = await (method === 'POST' ? posted() : fetch(`${url}?${sent}`, { redirect: 'manual' }));
  return { status: answer.status, text: await answer.text(), headers: answer.headers, location: answer.headers.get('location') };
}

/** The code that the browser is sent back with. */
async function codeFor(query: Record<string, string> = {}, email = JANE): Promise<string> {
  const { status, location } = await page({ ...right(), ...query, ...signIn, email }, 'POST');
  expect(status).toBe(303);
  return new URL(location!).searchParams.get('code')!;
}

async function exchange(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<{ status: number; body: Tokens }> {
  const body = new URLSearchParams({ ...(!headers['authorization'] && { client_secret: client.secret }), ...fields });
  const answer = await fetch(`${web.url}/oauth/token`, { method: 'POST', body, headers });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return { status: answer.status, body: (await answer.json()) as Tokens };
}

const tokensFor = async (query: Record<string, string> = {}) =>
  (await exchange({ grant_type: 'authorization_code', code: await codeFor(query) })).body;
const statusOf = async (token: string, path = '/account') => (await as(token)('GET', path)).status;

describe('a client', () => {
  it('is registered, shown without its secret, changed, and given another', async () => {
    expect(client.secret).toMatch(/^HRKU-[0-9a-f-]{36}$/);
    const path = `/oauth/clients/${client.id}`;
    const shown = await ask(200, 'oauth-client', 'GET', path);
    expect(shown).toMatchObject({
      name: 'A <Tool>',
      redirect_uri: URI,
      secret: `${client.secret.slice(0, 9)}**********${client.secret.slice(-4)}`,
    });
    expect(await ask(200, '[oauth-client]', 'GET', '/oauth/clients')).toEqual([shown]);
    expect(await ask(200, 'oauth-client', 'PATCH', path, { name: 'Other' })).toMatchObject({ name: 'Other', redirect_uri: URI });
    expect(await ask(200, 'oauth-client', 'PATCH', path, { name: 'A <Tool>' })).toMatchObject({ name: 'A <Tool>' });
    const old = client.secret;
    ({ secret: client.secret } = await ask<Client & Record<string, unknown>>(
      200,
      'oauth-client',
      'POST',
      `${path}/actions/rotate-credentials`,
    ));
    expect(client.secret).not.toBe(old);
    const code = await codeFor();
    expect(await exchange({ grant_type: 'authorization_code', code, client_secret: old })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect((await exchange({ grant_type: 'authorization_code', code })).status).toBe(200);
  });

  it("is nobody else's to see, and has one of a few places to send browsers to", async () => {
    const path = `/oauth/clients/${client.id}`;
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await jane(method, path, method === 'PATCH' ? {} : undefined)).status).toBe(404);
    expect((await jane('POST', `${path}/actions/rotate-credentials`)).status).toBe(404);
    for (const uri of ['http://app.test', 'javascript:x', 'x'])
      expect(await ask(422, null, 'POST', '/oauth/clients', { name: 'x', redirect_uri: uri })).toMatchObject({
        message: expect.stringMatching(/^redirect_uri: must /) as string,
      });
    await ask(422, null, 'POST', '/oauth/clients', { name: '  ', redirect_uri: URI });
  });

  it('is one of so many, however many are registered at once', async () => {
    const { id: userId } = (await findUser(web.ctx.store, JANE))!;
    const like = { userId, name: 'x', redirectUri: URI, secretHint: 'x' };
    for (let number = 1; number < MOST_CLIENTS; number += 1) await insertOauthClient(web.ctx.store, { ...like, secretHash: `${number}` });
    const wish = { name: 'y', redirect_uri: URI };
    const both = await Promise.all([wish, wish].map((each) => jane('POST', '/oauth/clients', each)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 422]);
  });
});

describe('the page', () => {
  it('tells who asks for what, without script, cookie or frame, and may lead back to the client', async () => {
    const { status, text, headers } = await page(right());
    expect(status).toBe(200);
    expect(text).toContain('<b dir="auto">A &lt;Tool&gt;</b>, at app.test, asks');
    expect(text).toContain('see your apps, without their config vars');
    expect(text).toContain('name="state" value="s&amp;t"');
    expect(text).not.toContain('<script');
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("form-action 'self' https:;");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('sends the browser back with a code and its state, or with a refusal', async () => {
    const allowed = await page({ ...right(), ...signIn }, 'POST');
    expect(allowed).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^https:\/\/app\.test\/cb\?a=1&code=[\w-]{32}&state=s%26t$/),
    });
    expect(allowed.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await page({ ...right(), refuse: 'yes' }, 'POST')).toMatchObject({
      status: 303,
      location: `${URI}&error=access_denied&state=s%26t`,
    });
    const wrong = await page({ ...right(), scope: 'everything' });
    expect(wrong.location).toMatch(/^https:\/\/app\.test\/cb\?a=1&error=invalid_scope&error_description=.*&state=s%26t$/);
  });

  it('sends nobody where it does not know the client to be', async () => {
    const wrong: [string, string][] = [
      ['client_id', randomUUID()],
      ['client_id', 'x'],
      ['redirect_uri', 'https://evil.test'],
      ['redirect_uri', `${URI}x`],
    ];
    for (const [name, value] of wrong)
      for (const method of ['GET', 'POST'] as const)
        expect(await page({ ...right(), ...signIn, [name]: value }, method)).toMatchObject({
          status: 400,
          location: null,
          text: expect.stringContaining('role="alert"') as string,
        });
  });

  it('gives nothing for a wrong password, and counts the tries', async () => {
    const wrong = () => page({ ...right(), ...signIn, password: 'wrong' }, 'POST');
    expect(await wrong()).toMatchObject({
      status: 401,
      location: null,
      text: expect.stringContaining('There was a problem with your login.'),
    });
    for (let tries = 1; tries < 10; tries += 1) await wrong();
    expect(await page({ ...right(), ...signIn }, 'POST')).toMatchObject({ status: 429, location: null });
  });
});

describe('tokens', () => {
  it('are had for a code, do what was allowed, and are refreshed', async () => {
    const { access_token: token, refresh_token: refresh, ...rest } = await tokensFor();
    expect(rest).toMatchObject({ token_type: 'Bearer', expires_in: 8 * 3600, scope: 'read identity' });
    expect(await statusOf(token, '/apps')).toBe(200);
    expect((await as(token)('POST', '/apps', {})).status).toBe(403);
    const listed = (await jane('GET', '/oauth/authorizations')).body as {
      client: Client | null;
      refresh_token: unknown;
      description: string;
    }[];
    expectHeroku('[oauth-authorization]', listed);
    const found = listed.filter((each) => each.client?.id === client.id);
    expect(found[0]).toMatchObject({ description: 'A <Tool>', client: { redirect_uri: URI }, refresh_token: { expires_in: null } });
    expect(JSON.stringify(listed)).not.toContain(refresh);
    const next = await exchange({ grant_type: 'refresh_token', refresh_token: refresh });
    expect(next).toMatchObject({ status: 200, body: { refresh_token: refresh } });
    expect([await statusOf(token), await statusOf(next.body.access_token)]).toEqual([401, 200]);
    expect(await exchange({ grant_type: 'refresh_token', refresh_token: token })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('are had once: a code that comes again takes back what it gave', async () => {
    const code = await codeFor();
    const both = await Promise.all([1, 2].map(() => exchange({ grant_type: 'authorization_code', code })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    const { access_token: token } = both.find(({ status }) => status === 200)!.body;
    expect(await statusOf(token)).toBe(401);
    expect(await exchange({ grant_type: 'authorization_code', code })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('are had within a few minutes, by the client that asked, with what PKCE wants', async () => {
    const other = await ask<Client & Record<string, unknown>>(201, null, 'POST', '/oauth/clients', { name: 'Other', redirect_uri: URI });
    const given = { grant_type: 'authorization_code' };
    const refused = async (fields: Record<string, string>) =>
      expect(await exchange({ ...given, ...fields })).toMatchObject({ status: 400, body: { id: 'bad_request', error: 'invalid_grant' } });
    await refused({ code: await codeFor(), client_secret: other.secret });
    await refused({ code: await codeFor(), redirect_uri: 'https://app.test/' });
    await refused({ code: await codeFor(), code_verifier: VERIFIER });
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    await refused({ code: await codeFor(pkce) });
    const tried = await codeFor(pkce);
    await refused({ code: tried, code_verifier: `${VERIFIER}x` });
    await refused({ code: tried, code_verifier: VERIFIER });
    expect((await exchange({ ...given, code: await codeFor(pkce), code_verifier: VERIFIER, redirect_uri: URI })).status).toBe(200);
    const late = await codeFor();
    await sql`update oauth_codes set expires_at = now() where used_at is null`.execute(web.ctx.store.db);
    await refused({ code: late });
  });

  it('are refused in the words of RFC 6749', async () => {
    const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    for (const [fields, headers, status, error] of [
      [{}, {}, 400, 'invalid_request'],
      [{ grant_type: 'authorization_code' }, {}, 400, 'invalid_request'],
      [{ grant_type: 'refresh_token' }, {}, 400, 'invalid_request'],
      [{ grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
      [{ grant_type: 'refresh_token', client_secret: 'x' }, {}, 401, 'invalid_client'],
      [{ client_id: randomUUID() }, {}, 401, 'invalid_client'],
      [{}, basic(`${randomUUID()}:${client.secret}`), 401, 'invalid_client'],
      [{}, basic(`${client.id}:${client.secret}`), 400, 'invalid_request'],
      [{ client_id: client.id }, {}, 400, 'invalid_request'],
    ] as const) {
      const told = await exchange(fields as Record<string, string>, headers as Record<string, string>);
      expect({ fields, headers, ...told }).toMatchObject({ status, body: { error, error_description: expect.any(String) as string } });
    }
  });

  it("are had in the form of Heroku's API, too", async () => {
    const body = { client: { secret: client.secret }, grant: { type: 'authorization_code', code: await codeFor() } };
    const made = await nobody('POST', '/oauth/tokens', body);
    expect(made).toMatchObject({ status: 201, body: { access_token: { expires_in: 8 * 3600 } } });
    expectHeroku('oauth-token', made.body);
    const { refresh_token: refresh } = made.body as { refresh_token: { token: string } };
    const next = { client: { secret: client.secret }, grant: { type: 'refresh_token' }, refresh_token: { token: refresh.token } };
    const again = await nobody('POST', '/oauth/tokens', next);
    expectHeroku('oauth-token', again.body);
    expect(again.status).toBe(201);
    expect((await nobody('POST', '/oauth/tokens', body)).status).toBe(422);
    expect((await nobody('POST', '/oauth/tokens', { ...next, client: { secret: 'x' } })).status).toBe(401);
  });

  it('are not made anew by their user, but revoked', async () => {
    const { access_token: token, refresh_token: refresh } = await tokensFor({ scope: 'global' });
    const { id } = (await as(token)('GET', '/oauth/authorizations/~')).body as { id: string };
    expect((await jane('POST', `/oauth/authorizations/${id}/actions/regenerate-tokens`)).status).toBe(422);
    expect((await jane('DELETE', `/oauth/authorizations/${id}`)).status).toBe(200);
    expect(await statusOf(token)).toBe(401);
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
  });

  it('of somebody who is disabled are not refreshed', async () => {
    const { refresh_token: refresh } = await tokensFor();
    const code = await codeFor();
    await admin('PATCH', `/users/${JANE}`, { suspended: true });
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
    expect((await exchange({ grant_type: 'authorization_code', code })).status).toBe(400);
    await admin('PATCH', `/users/${JANE}`, { suspended: false });
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(200);
  });

  it('are not had by a client of somebody who is disabled', async () => {
    const lee = 'lee@example.com';
    const made = (await admin('POST', '/users', { email: lee })).body as { access_token: { token: string } };
    const wish = { name: 'Of Lee', redirect_uri: URI };
    const { id, secret } = (await as(made.access_token.token)('POST', '/oauth/clients', wish)).body as Client;
    const code = await codeFor({ client_id: id });
    await admin('PATCH', `/users/${lee}`, { suspended: true });
    const given = { grant_type: 'authorization_code', code, client_secret: secret };
    expect((await exchange(given)).status).toBe(401);
    expect(await page({ ...right(), client_id: id })).toMatchObject({ status: 400, location: null });
    await admin('PATCH', `/users/${lee}`, { suspended: false });
    expect((await exchange(given)).status).toBe(200);
  });

  it("are noted in the audit log as the client's doing", async () => {
    await tokensFor();
    const events = (await admin('GET', '/events', undefined, { range: 'created_at ..; max=1000, order=desc' })).body as {
      action: string;
    }[];
    expect(events.find(({ action }) => action === 'POST /oauth/token')).toMatchObject({ via: 'client', actor: null });
    expect(events.find(({ action }) => action === 'POST /oauth/authorize')).toMatchObject({ via: 'page', actor: { email: JANE } });
  });

  it('are not had any more once an admin has revoked all of a user', async () => {
    const email = 'kim@example.com';
    const made = (await admin('POST', '/users', { email })).body as { access_token: { token: string } };
    await as(made.access_token.token)('PUT', '/account/password', { new_password: PASSWORD });
    const code = await codeFor({}, email);
    await admin('DELETE', `/users/${email}/authorizations`);
    expect((await exchange({ grant_type: 'authorization_code', code })).status).toBe(400);
  });

  it('go with their client', async () => {
    const { access_token: token, refresh_token: refresh } = await tokensFor();
    await ask(200, 'oauth-client', 'DELETE', `/oauth/clients/${client.id}`);
    await ask(404, null, 'GET', `/oauth/clients/${client.id}`);
    expect(await statusOf(token)).toBe(401);
    expect((await exchange({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(401);
    expect((await page(right())).status).toBe(400);
  });
});

describe('sessions', () => {
  it('are what was signed in with: begun, listed, and ended', async () => {
    const pair = `Basic ${Buffer.from(`${JANE}:${PASSWORD}`).toString('base64')}`;
    const begun = await nobody('POST', '/oauth/sessions', { description: 'here' }, { authorization: pair });
    expect(begun).toMatchObject({ status: 201, body: { description: 'here', expires_in: 30 * 86_400 } });
    const { id, access_token: access } = begun.body as { id: string; access_token: { token: string } };
    const here = as(access.token);
    const { body: listed } = await jane('GET', '/oauth/sessions');
    expect(listed).toMatchObject([{ id, description: 'here' }]);
    expect(JSON.stringify(listed)).not.toContain(access.token);
    expect((await here('GET', '/oauth/authorizations/~')).body).toMatchObject({ session: { id } });
    expect((await admin('DELETE', `/oauth/sessions/${id}`)).status).toBe(404);
    expect((await here('DELETE', '/oauth/sessions/~')).body).toMatchObject({ id });
    expect((await here('GET', '/account')).status).toBe(401);
    expect((await jane('DELETE', '/oauth/sessions/~')).body).toMatchObject({ id: 'not_found', resource: 'session' });
  });

  it('a token that is made for an OAuth client is said to be its', async () => {
    const tool = await ask<Client & Record<string, unknown>>(201, null, 'POST', '/oauth/clients', { name: 'Tool', redirect_uri: URI });
    const { id } = (await jane('POST', '/oauth/authorizations', {})).body as { id: string };
    const claim = (secret: string) => jane('PATCH', `/oauth/authorizations/${id}`, { client: { id: tool.id, secret } });
    expect((await claim('x')).status).toBe(422);
    expect((await claim(tool.secret)).body).toMatchObject({ client: { id: tool.id, name: 'Tool' } });
    expect((await jane('PATCH', `/oauth/authorizations/${id}`, {})).status).toBe(422);
  });
});
