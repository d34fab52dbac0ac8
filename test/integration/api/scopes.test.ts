// Tokens that may do less than their user: held to it on every route, and by git.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { isInScope, SCOPES } from '../../../src/model/scope.js';
import { findUser } from '../../../src/store/people/users.js';
import { ROUTES } from '../../support/all-routes.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';

let web: OpenWeb;
let admin: Call;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  await createApp(web.ctx, { user: (await findUser(web.ctx.store, ADMIN_EMAIL))!, name: 'shop' });
});
afterAll(() => web.stop());

async function tokenWith(scope: string[]): Promise<string> {
  const made = await admin('POST', '/oauth/authorizations', { scope, description: scope.join(' ') });
  expect(made).toMatchObject({ status: 201, body: { scope } });
  return (made.body as { access_token: { token: string } }).access_token.token;
}

describe('a token of the scope', () => {
  it.each(SCOPES)('%s does what that allows, and nothing else', async (scope) => {
    const call = callAs(() => web.url, await tokenWith([scope]));
    for (const { method, path, needs } of ROUTES.filter(({ isOpen }) => !isOpen)) {
      // What isn't there: nothing is done, and the refusal doesn't depend on it.
      const target = path.replace(/:\w+/g, 'not-there');
      const answer = await call(method, target, method === 'GET' ? undefined : {});
      const about = `${scope}: ${method} ${path}`;
      if (isInScope([scope], needs)) expect(answer.status, about).not.toBe(403);
      else {
        const message = `This token can't be used for that: its scope is ${scope}.`;
        expect({ about, status: answer.status, body: answer.body }).toEqual({ about, status: 403, body: { id: 'forbidden', message } });
      }
    }
  });

  it.each([
    ['deploy', true],
    ['run', false],
    ['logs', false],
    ['identity', false],
    ['read', false],
    ['read-protected', false],
    ['write', true],
    ['write-protected', true],
    ['global', true],
  ])('%s is good for git: %s', async (scope, isGood) => {
    const pair = Buffer.from(`:${await tokenWith([scope])}`).toString('base64');
    for (const service of ['git-upload-pack', 'git-receive-pack']) {
      const answer = await fetch(`${web.url}/shop.git/info/refs?service=${service}`, { headers: { authorization: `Basic ${pair}` } });
      await answer.arrayBuffer();
      expect(answer.status).toBe(isGood ? 200 : 403);
    }
  });
});

it('config vars stay closed without -protected, whatever way they are asked for', async () => {
  await admin('PATCH', '/apps/shop/config-vars', { KEY: 'sealed-value' });
  const write = callAs(() => web.url, await tokenWith(['write']));
  for (const { method, path } of ROUTES.filter((route) => !route.isOpen && route.method === 'GET')) {
    const answer = await write(method, path.replace(':app', 'shop').replace(/:\w+/g, '3'));
    expect(JSON.stringify(answer.body), path).not.toContain('sealed-value');
  }
  const protectedOne = callAs(() => web.url, await tokenWith(['read-protected']));
  expect((await protectedOne('GET', '/apps/shop/config-vars')).body).toEqual({ KEY: 'sealed-value' });
  expect((await protectedOne('PATCH', '/apps/shop/config-vars', { KEY: null })).status).toBe(403);
});

it('no token makes another that may do more', async () => {
  const call = callAs(() => web.url, await tokenWith(['write-protected', 'read']));
  expect((await call('POST', '/oauth/authorizations', { scope: ['global'] })).status).toBe(403);
  expect((await call('GET', '/oauth/authorizations')).status).toBe(403);
});

it.each([[['root']], [[]], ['read'], [['read', 5]]])('there is no scope %j', async (scope) => {
  const answer = await admin('POST', '/oauth/authorizations', { scope });
  expect(answer).toMatchObject({ status: 422, body: { message: expect.stringMatching(/^scope/) } });
});
