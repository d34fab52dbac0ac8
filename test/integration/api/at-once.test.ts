// The same thing wanted by several at once: one gets it, the others hear what they would have heard a moment later.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInside } from '../../../src/actions/one-off/run-inside.js';
import { deleteDyno } from '../../../src/store/app/dynos.js';
import { findUser } from '../../../src/store/people/users.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { callAs, type Answer, type Call } from './client.js';

const ROUNDS = 8;

let web: OpenWeb;
let admin: Call;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
});
afterAll(() => web.stop());

function expectOne(answers: Answer[], won: number, refusal: string): void {
  expect(answers.filter(({ status }) => status === won)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== won))
    expect(answer).toMatchObject({ status: 422, body: { id: 'invalid_params', message: refusal } });
}

describe('at once', () => {
  it('two apps are renamed to one name', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['left', 'right']) await admin('POST', '/apps', { name: `${name}-${round}` });
      expectOne(
        await Promise.all(['left', 'right'].map((name) => admin('PATCH', `/apps/${name}-${round}`, { name: `both-${round}` }))),
        200,
        `Name both-${round} is already taken`,
      );
    }
  });

  it('apps are created with one name', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      expectOne(
        await Promise.all([1, 2, 3].map(() => admin('POST', '/apps', { name: `new-${round}` }))),
        201,
        `Name new-${round} is already taken`,
      );
    }
  });

  it('users are added with one address', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const email = `u${round}@example.com`;
      expectOne(await Promise.all([1, 2, 3].map(() => admin('POST', '/users', { email }))), 201, `Email ${email} is already taken`);
    }
  });

  it("an app's buildpacks are set", async () => {
    await admin('POST', '/apps', { name: 'packs' });
    for (let round = 0; round < ROUNDS; round += 1) {
      const lists = [['nodejs'], ['nodejs', 'python'], ['python', 'go', 'ruby']];
      const answers = await Promise.all(
        lists.map((list) => admin('PUT', '/apps/packs/buildpack-installations', { updates: list.map((buildpack) => ({ buildpack })) })),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const present = ((await admin('GET', '/apps/packs/buildpack-installations')).body as object[]).length;
      expect([1, 2, 3]).toContain(present);
    }
  });

  it('an app is destroyed and changed', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `gone-${round}`;
      await admin('POST', '/apps', { name });
      const answers = await Promise.all([
        admin('DELETE', `/apps/${name}`),
        admin('POST', `/apps/${name}/slugs`, { process_types: { web: 'x' } }),
        admin('PATCH', `/apps/${name}/config-vars`, { A: '1' }),
        admin('PUT', `/apps/${name}/buildpack-installations`, { updates: [{ buildpack: 'nodejs' }] }),
        admin('PATCH', `/apps/${name}`, { maintenance: true }),
      ]);
      for (const { status, body } of answers) expect([200, 201, 404], JSON.stringify(body)).toContain(status);
    }
  });

  it('a dyno goes while a command is asked for inside it', async () => {
    const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
    const { app, dyno } = await aDeployedApp(web.ctx, user, 'brief');
    await deleteDyno(web.ctx.store, dyno.id);
    const by = { userId: user.id, authorizationId: null };
    const asked = runInside(web.ctx, { app, user, by, dyno: { ...dyno, state: 'up' }, command: 'ls', env: {}, hasTty: false });
    await expect(asked).rejects.toMatchObject({ id: 'not_found', message: "Couldn't find that dyno." });
  });
});
