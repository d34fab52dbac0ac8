// Accounts and tokens, used rightly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUser } from '../../../src/store/people/users.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { asking } from './asking.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

let web: OpenWeb;
let admin: Call;
const ask = asking(() => admin);

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, 'shop');
});
afterAll(() => web.stop());

describe('accounts', () => {
  it('one sees oneself', async () => {
    const account = await ask(200, 'account', 'GET', '/account');
    expect(account).toMatchObject({ email: ADMIN_EMAIL, two_factor_authentication: false });
    expect(await ask(200, 'account', 'GET', '/users/~')).toEqual(account);
    expect(await ask(200, 'account', 'GET', `/users/${ADMIN_EMAIL}`)).toEqual(account);
    await ask(200, '[app]', 'GET', '/users/~/apps');
    expect((await ask(200, 'rate-limit', 'GET', '/account/rate-limits'))['remaining']).toBeGreaterThan(4000);
  });

  it('an admin makes users, whose token is shown once', async () => {
    const made = await ask<{ id: string; access_token: { token: string } }>(201, null, 'POST', '/users', {
      email: 'Jane@Example.com',
      name: 'Jane',
    });
    const { access_token: _token, ...account } = made;
    expectHeroku('account', account);
    const jane = callAs(() => web.url, made.access_token.token);
    expect((await jane('GET', '/account')).body).toMatchObject({ email: 'jane@example.com', name: 'Jane' });
    expect(await ask(200, '[account]', 'GET', '/users')).toHaveLength(2);
    expect(JSON.stringify((await jane('GET', '/oauth/authorizations')).body)).not.toContain(made.access_token.token);
  });
});

describe('tokens', () => {
  it('are made, listed, shown and revoked', async () => {
    const made = await ask<{ id: string; access_token: { token: string; expires_in: number } }>(
      201,
      'oauth-authorization',
      'POST',
      '/oauth/authorizations',
      { description: 'ci', expires_in: '60', scope: ['global'] },
    );
    expect(made.access_token.expires_in).toBe(60);
    const { token } = made.access_token;
    const ci = callAs(() => web.url, token);
    expect((await ci('GET', '/account')).status).toBe(200);
    expect((await ci('GET', '/oauth/authorizations/~')).body).toMatchObject({ id: made.id, description: 'ci' });
    const listed = await ask<{ id: string; access_token: { token: string } }[]>(
      200,
      '[oauth-authorization]',
      'GET',
      '/oauth/authorizations',
    );
    expect(listed.find((each) => each.id === made.id)?.access_token.token).toMatch(/^HRKU-.{4}\*{10}.{4}$/);
    await ask(200, 'oauth-authorization', 'GET', `/oauth/authorizations/${made.id}`);
    await ask(200, 'oauth-authorization', 'DELETE', `/oauth/authorizations/${made.id}`);
    expect((await ci('GET', '/account')).status).toBe(401);
    await ask(404, null, 'GET', `/oauth/authorizations/${made.id}`);
  });

  it('stop working when they expire', async () => {
    const made = await ask<{ access_token: { token: string } }>(201, 'oauth-authorization', 'POST', '/oauth/authorizations', {
      expires_in: 1,
    });
    const brief = callAs(() => web.url, made.access_token.token);
    expect((await brief('GET', '/account')).status).toBe(200);
    await expect.poll(async () => (await brief('GET', '/account')).status).toBe(401);
    expect((await brief('GET', '/account')).body).toEqual({
      id: 'unauthorized',
      message: 'This token has expired. Log in again: paas login',
    });
  });

  it('tell when they were used last, written once a minute at most', async () => {
    const made = await ask<{ id: string; access_token: { token: string } }>(
      201,
      'oauth-authorization',
      'POST',
      '/oauth/authorizations',
      {},
    );
    expect(made).toMatchObject({ last_used_at: null });
    const used = callAs(() => web.url, made.access_token.token);
    await Promise.all([1, 2, 3].map(() => used('GET', '/account')));
    const read = async () =>
      (await ask<{ last_used_at: string }>(200, 'oauth-authorization', 'GET', `/oauth/authorizations/${made.id}`)).last_used_at;
    await expect.poll(read).not.toBeNull();
    const first = await read();
    expect(Date.now() - Date.parse(first)).toBeLessThan(60_000);
    await used('GET', '/account');
    expect(await read()).toBe(first);
    await web.ctx.store.db
      .updateTable('authorizations')
      .set({ lastUsedAt: new Date(Date.now() - 61_000) })
      .where('id', '=', made.id)
      .execute();
    await used('GET', '/account');
    await expect.poll(async () => Date.parse(await read())).toBeGreaterThanOrEqual(Date.parse(first));
  });

  it('answer however long that takes to be written', async () => {
    const made = await ask<{ id: string; access_token: { token: string } }>(
      201,
      'oauth-authorization',
      'POST',
      '/oauth/authorizations',
      {},
    );
    const used = callAs(() => web.url, made.access_token.token);
    await web.ctx.store.db.transaction().execute(async (db) => {
      await db.selectFrom('authorizations').select('id').where('id', '=', made.id).forUpdate().execute();
      const answers = await Promise.all(Array.from({ length: 20 }, () => used('GET', '/account')));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    });
  });

  it.each(['Bearer T', 'bearer T', 'Basic :T', 'Basic heroku:T', 'Basic T:'])('come as %j', async (form) => {
    const value = form
      .replace('T', web.adminToken)
      .replace(/^Basic (.*)$/, (_all, pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`);
    expect((await callAs(() => web.url, null)('GET', '/account', undefined, { authorization: value })).status).toBe(200);
  });
});
