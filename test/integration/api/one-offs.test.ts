// Asking for one-off dynos: what is refused, what is answered, what counts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { takeAttachSession } from '../../../src/store/app/attach-sessions.js';
import { listDynos, updateDyno } from '../../../src/store/app/dynos.js';
import { findOneOff } from '../../../src/store/app/one-offs.js';
import { readUsage } from '../../../src/store/people/quota-usage.js';
import { findUser } from '../../../src/store/people/users.js';
import { hashToken } from '../../../src/lib/seal.js';
import type { User } from '../../../src/model/user.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp, type DeployedApp } from './a-deployed-app.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

let web: OpenWeb;
let call: Call;
let shop: DeployedApp;
let admin: User;

beforeAll(async () => {
  web = await openWeb();
  admin = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  shop = await aDeployedApp(web.ctx, admin, 'shop');
  await createApp(web.ctx, { user: admin, name: 'blank' });
  call = callAs(() => web.url, web.adminToken);
});
afterAll(() => web.stop());

interface Made {
  id: string;
  name: string;
  attach_url: string | null;
}
const make = async (body: object, path = '/apps/shop/dynos') => {
  const { status, body: made } = await call('POST', path, body);
  expect(status).toBe(201);
  expectHeroku('dyno', made);
  return made as Made;
};

describe('asking for a one-off dyno', () => {
  test('answers with it, and with a URL for one client when it is to be attached', async () => {
    const detached = await make({ command: 'rake x', env: { A: '1', COLUMNS: 80 }, time_to_live: 60, size: 'standard-2x' });
    expect(detached).toMatchObject({
      name: expect.stringMatching(/^run\.\d{4}$/),
      type: 'run',
      command: 'rake x',
      state: 'starting',
      attach_url: null,
    });
    expect(detached).toMatchObject({ size: 'Standard-2X', release: { version: shop.release.version } });
    const kept = await findOneOff(web.ctx.store, detached.id);
    expect(kept).toMatchObject({ attach: false, hasTty: false, env: { A: '1', COLUMNS: '80' }, endsAt: expect.any(Date) });
    const attached = await make({ command: 'bash', attach: true, type: 'worker' });
    expect(attached.attach_url).toMatch(/^rendezvous:\/\/(127\.0\.0\.1|localhost):8001\/[\w-]{43}$/);
    expect(await findOneOff(web.ctx.store, attached.id)).toMatchObject({ attach: true, hasTty: true, env: {}, endsAt: null });
    const [seen, all] = [await call('GET', `/apps/shop/dynos/${attached.name}`), await call('GET', '/apps/shop/dynos')];
    expect(seen.body).toMatchObject({ name: attached.name, attach_url: null });
    expect(JSON.stringify([seen.body, all.body])).not.toContain(attached.attach_url!.slice(-43));
  });

  test('the secret is kept as its hash, and is good once', async () => {
    const secret = (await make({ command: 'bash', attach: true, force_no_tty: true })).attach_url!.slice(-43);
    const [one, other] = await Promise.all([1, 2].map(() => takeAttachSession(web.ctx.store, hashToken(secret))));
    expect([one, other].filter((session) => session !== undefined)).toMatchObject([
      { hasTty: false, command: null, by: { userId: admin.id } },
    ]);
  });

  test.each([
    ['no command', {}],
    ['an empty one', { command: ' ' }],
    ['NUL in it', { command: 'a\0b' }],
    ['a size there is none of', { command: 'x', size: 'huge' }],
    ["the release command's type", { command: 'x', type: 'release' }],
    ['a type that is no name', { command: 'x', type: 'a b' }],
    ['a name of no variable', { command: 'x', env: { 'A-B': '1' } }],
    ['too much of them', { command: 'x', env: { A: 'x'.repeat(66_000) } }],
    ['no time at all', { command: 'x', time_to_live: 0 }],
    ['more than a day', { command: 'x', time_to_live: 86_401 }],
  ])('refuses %s', async (_name, body) => {
    const before = (await listDynos(web.ctx.store, { appId: shop.app.id })).length;
    expect(await call('POST', '/apps/shop/dynos', body)).toMatchObject({ status: 422, body: { id: 'invalid_params' } });
    expect((await listDynos(web.ctx.store, { appId: shop.app.id })).length).toBe(before);
  });

  test('refuses an app that has nothing to run', async () => {
    const { status, body } = await call('POST', '/apps/blank/dynos', { command: 'bash' });
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { message: 'There is nothing to run yet: deploy the app first, with git push.' },
    });
  });

  test("is of the size that the app's dynos sleep at, where they do, unless another is named", async () => {
    expect(await make({ command: 'x' })).toMatchObject({ size: 'Basic' });
    expect((await call('PATCH', '/apps/shop/formation', { updates: [{ type: 'web', size: 'eco' }] })).status).toBe(200);
    expect(await make({ command: 'x' })).toMatchObject({ size: 'Eco' });
    expect(await make({ command: 'x', type: 'worker' })).toMatchObject({ size: 'Eco' });
    expect(await make({ command: 'x', size: 'standard-2x' })).toMatchObject({ size: 'Standard-2X' });
    expect((await call('PATCH', '/apps/shop/formation', { updates: [{ type: 'web', size: 'basic' }] })).status).toBe(200);
  });

  test('counts as a dyno of its owner', async () => {
    const before = await readUsage(web.ctx.store, 'dynos', admin.id);
    await make({ command: 'x' });
    expect(await readUsage(web.ctx.store, 'dynos', admin.id)).toBe(before + 1);
  });
});

describe('a one-off dyno that is there', () => {
  test('is stopped by name, also by what restarts others; restarting all leaves it alone', async () => {
    const rows = async (name: string) => (await listDynos(web.ctx.store, { appId: shop.app.id })).find((row) => row.name === name);
    const [stopped, deleted, left] = [await make({ command: 'x' }), await make({ command: 'x' }), await make({ command: 'x' })];
    expect((await call('POST', `/apps/shop/dynos/${stopped.name}/actions/stop`)).status).toBe(202);
    expect((await call('DELETE', `/apps/shop/dynos/${deleted.name}`)).status).toBe(202);
    await restartDynos(web.ctx, shop.app, admin);
    expect([(await rows(stopped.name))?.state, (await rows(deleted.name))?.state]).toEqual(['down', 'down']);
    expect(await rows(left.name)).toMatchObject({ state: 'starting', restartAt: null });
  });
});

describe('a command inside a dyno', () => {
  test('gets a URL of its own; not inside one that is down', async () => {
    await updateDyno(web.ctx.store, shop.dyno.id, { state: 'up', restartAt: null });
    const made = await make({ command: 'ps', env: { A: '1' } }, '/apps/shop/dynos/web.1');
    expect(made).toMatchObject({ name: 'web.1', command: 'ps' });
    const session = await takeAttachSession(web.ctx.store, hashToken(made.attach_url!.slice(-43)));
    expect(session).toMatchObject({ dynoId: shop.dyno.id, command: 'ps', hasTty: true, env: { A: '1' } });
    await updateDyno(web.ctx.store, shop.dyno.id, { state: 'crashed' });
    expect(await call('POST', '/apps/shop/dynos/web.1', { command: 'ps' })).toMatchObject({ status: 422 });
    expect(await call('POST', '/apps/shop/dynos/web.9', { command: 'ps' })).toMatchObject({ status: 404 });
  });
});
