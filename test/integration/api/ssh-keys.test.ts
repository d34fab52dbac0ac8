// SSH keys: kept with an account, shown to it alone, and good for nothing else here.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MOST_SSH_KEYS } from '../../../src/model/people/ssh-key.js';
import { findUser } from '../../../src/store/people/users.js';
import { insertSshKey } from '../../../src/store/people/ssh-keys.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';
import { asking } from './asking.js';
import { callAs, type Call } from './client.js';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMjfwCnIDYNIWdvYjCJqLKpZv887qK+ulMNmBKmPhlze me@laptop';
const FINGERPRINT = 'SHA256:THZqsHV9AZyU9PqCuPTP5QMmPN2834gQgjZ9yjQDCHA';

let web: OpenWeb;
let admin: Call;
const ask = asking(() => admin);

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
});
afterAll(() => web?.stop());

it('are added, listed, found and removed, each once', async () => {
  const added = await admin('POST', '/account/keys', { public_key: `${PUBLIC_KEY}\n` });
  expect(added).toMatchObject({ status: 201, body: { public_key: PUBLIC_KEY, fingerprint: FINGERPRINT, comment: 'me@laptop' } });
  expect(added.headers.get('warning-message')).toMatch(/^Git takes a token here, over HTTPS, and no SSH key/);
  const { id } = added.body as { id: string };
  expect(await ask(422, null, 'POST', '/account/keys', { public_key: PUBLIC_KEY })).toMatchObject({
    message: 'public_key: is among your keys already.',
  });
  expect(await ask(200, '[key]', 'GET', '/account/keys')).toMatchObject([{ id }]);
  expect(await ask(200, 'key', 'GET', `/account/keys/${id}`)).toEqual(added.body);
  expect(await ask(200, 'key', 'GET', `/account/keys/${encodeURIComponent(FINGERPRINT)}`)).toEqual(added.body);
  const made = (await admin('POST', '/users', { email: 'other@example.com' })).body as { access_token: { token: string } };
  const other = callAs(() => web.url, made.access_token.token);
  expect((await other('GET', '/account/keys')).body).toEqual([]);
  for (const method of ['GET', 'DELETE']) expect((await other(method, `/account/keys/${id}`)).status).toBe(404);
  expect((await other('POST', '/account/keys', { public_key: PUBLIC_KEY })).status).toBe(201);
  expect(await ask(200, 'key', 'DELETE', `/account/keys/${id}`)).toEqual(added.body);
  await ask(404, null, 'DELETE', `/account/keys/${id}`);
});

it('are so many at most, however many are added at once', async () => {
  const { id: userId } = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  for (let number = 1; number < MOST_SSH_KEYS; number += 1)
    await insertSshKey(web.ctx.store, { userId, publicKey: `x ${number}`, fingerprint: `x ${number}`, comment: '' });
  const p256 =
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBJ9wV8GnPCku51C7fuIkGc63LvvgXRoZuO+9zu0ulsXOozq7dpI' +
    'meRxo3y7cSPXgpXqaxowMVpjV8+JeNwiG4A=';
  const both = await Promise.all([PUBLIC_KEY, p256].map((key) => admin('POST', '/account/keys', { public_key: key })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 422]);
});
