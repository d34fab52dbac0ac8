// Add-ons with a provider that is somebody else's: over HTTP both ways, against a real web.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { transferApp } from '../../../src/actions/app/transfer-app.js';
import { askProvider } from '../../../src/actions/addon/settle.js';
import { rollBack } from '../../../src/actions/release/roll-back.js';
import { sweepAddons } from '../../../src/chores/addon/sweep-addons.js';
import { MOST_ADDONS } from '../../../src/model/addon/addon.js';
import { findAddon, updateAddon } from '../../../src/store/addon/addons.js';
import { findApp } from '../../../src/store/app/apps.js';
import { readOwnedVars } from '../../../src/store/app/config-vars.js';
import { finishRelease, listReleases } from '../../../src/store/app/releases.js';
import { ensureUser, findUser } from '../../../src/store/people/users.js';
import { isSignedOn } from '../../support/provider.js';
import { until } from '../../support/until.js';
import { ADMIN_EMAIL } from '../web/open-web.js';
import { openAddonWorld, type Shown } from './addon-world.js';
import { callAs } from './client.js';

const world = await openAddonWorld();
const { web, acme, admin, anApp, call, refused, create, vars, stateOf, ledger } = world;

afterEach(() => Object.assign(acme, { manner: 'sync', delayMs: 0 }));
afterAll(world.close);

describe('an add-on', () => {
  it('is provisioned, changed and destroyed; its config vars are releases', async () => {
    const app = await anApp();
    const made = await create(app, { config: { region: 'eu', fast: true } });
    expect(made).toMatchObject({ state: 'provisioned', config_vars: ['ACME_URL', 'ACME_SECRET'], provision_message: 'Welcome to Acme.' });
    expect(made.name).toMatch(/^acme-[a-z]+-\d{5}$/);
    expect([...acme.resources.values()].at(-1)).toEqual({ uuid: made.id, plan: 'basic', options: { region: 'eu', fast: 'true' } });
    expect(await vars(app)).toEqual({ ACME_URL: 'acme://basic', ACME_SECRET: 'hush' });
    expect((await ledger(app))[0]).toBe(`@ref:${made.name} completed provisioning, setting ACME_URL, ACME_SECRET.`);
    const [release] = await call<{ addon_plan_names: string[] }[]>('GET', `/apps/${app}/releases`).then((all) => all.slice(-1));
    expect(release?.addon_plan_names).toEqual(['acme:basic']);
    expect(await refused('PATCH', `/apps/${app}/config-vars`, { ACME_URL: 'mine' })).toBe(
      '422 Cannot overwrite attachment values ACME_URL.',
    );

    const larger = await call('PATCH', `/apps/${app}/addons/${made.name}`, { plan: { name: 'acme:large' } });
    expect(larger).toMatchObject({ plan: { name: 'acme:large' }, provision_message: 'Now large.' });
    expect(await vars(app)).toMatchObject({ ACME_URL: 'acme://large', ACME_SECRET: 'hush' });
    expect((await ledger(app))[0]).toBe('Update ACME by acme');
    expect(await call('PATCH', `/addons/${made.name}`, { name: `${app}-store` })).toMatchObject({ id: made.id, name: `${app}-store` });

    expect(await call('GET', `/addons/${made.id}/webhooks`)).toEqual([]);
    expect(await call('DELETE', `/apps/${app}/addons/${made.id}`, {})).toMatchObject({ state: 'deprovisioned' });
    expect(await vars(app)).toEqual({});
    expect((await ledger(app))[0]).toBe(`Detach ACME (@ref:${app}-store)`);
    expect(acme.resources.size).toBe(0);
    expect(await refused('GET', `/addons/${made.id}`)).toBe("404 Couldn't find that add-on.");
  });

  it("is refused in the provider's words", async () => {
    const app = await anApp();
    acme.manner = 'refuses';
    expect(await refused('POST', `/apps/${app}/addons`, { plan: 'acme' })).toBe('422 No more of these in your region.');
    expect(await call('GET', `/apps/${app}/addons`)).toEqual([]);
    acme.manner = 'sync';
    const made = await create(app);
    acme.manner = 'refuses';
    expect(await refused('PATCH', `/apps/${app}/addons/${made.id}`, { plan: 'acme:large' })).toBe('422 That plan is sold out.');
    expect(await call('GET', `/addons/${made.id}`)).toMatchObject({ plan: { name: 'acme:basic' } });
  });

  it('is made later, by a provider that calls back, and does so twice', async () => {
    const app = await anApp();
    acme.manner = 'async';
    const made = await create(app);
    await until(() => stateOf(made.id)).toBe('provisioned');
    await until(() => acme.callbacks).toEqual([200, 200, 200, 200, 200]);
    expect(await vars(app)).toEqual({ ACME_URL: 'acme://basic', ACME_SECRET: 'hush' });
    expect((await ledger(app)).filter((each) => each.includes(made.name))).toHaveLength(1);

    const changed = await acme.callBack('PATCH', `/addons/${made.id}/config`, { config: [{ name: 'ACME_URL', value: 'acme://moved' }] });
    expect(changed.body).toContainEqual({ name: 'ACME_URL', value: 'acme://moved' });
    expect(await vars(app)).toMatchObject({ ACME_URL: 'acme://moved' });
    const shown = await acme.callBack('GET', `/addons/${made.id}`);
    const itself = { id: made.id, state: 'provisioned', app: { name: app }, plan: { name: 'acme:basic' }, web_url: null };
    expect(shown).toMatchObject({ status: 200, body: { ...itself, config_vars: expect.arrayContaining(['ACME_URL']) as string[] } });
    const evil = await acme.callBack('PATCH', `/addons/${made.id}/config`, { config: [{ name: 'PATH', value: '/evil' }] });
    expect(evil.status).toBe(422);
    const other = await create(await anApp());
    expect(
      (await fetch(`${web.url}/addons/${other.id}/config`, { headers: { authorization: 'Bearer addon-access.made.up.x' } })).status,
    ).toBe(401);
    expect((await acme.callBack('POST', `/addons/${made.id}/actions/deprovision`)).status).toBe(200);
    expect(await vars(app)).toEqual({});
  });

  it('whose provider is down is told to be so, and made when that is up again', async () => {
    const app = await anApp();
    acme.manner = 'down';
    const made = await create(app);
    expect(made).toMatchObject({ state: 'provisioning', provision_message: 'We are being repaired. It is tried again.' });
    acme.manner = 'sync';
    await until(() => stateOf(made.id)).toBe('provisioned');
    expect(await call('GET', `/addons/${made.id}`)).toMatchObject({ provision_message: 'Welcome to Acme.' });
  });

  it('whose provider waits for a while to be asked again is destroyed at once', async () => {
    acme.manner = 'down';
    const app = await anApp();
    const made = await create(app);
    await web.ctx.store.db
      .updateTable('outbox')
      .set({ dueAt: new Date(Date.now() + 3_600_000) })
      .where('lane', '=', made.id)
      .execute();
    acme.manner = 'sync';
    await call('DELETE', `/apps/${app}/addons/${made.id}`);
    await until(() => stateOf(made.id)).toBe('deprovisioned');
  });

  it('that the platform itself fails to ask for does not show why', async () => {
    acme.manner = 'down';
    const made = await create(await anApp());
    await web.ctx.store.db
      .updateTable('addons')
      .set({ optionsSealed: Buffer.from('broken') })
      .where('id', '=', made.id)
      .execute();
    await askProvider(web.ctx.store, (await findAddon(web.ctx.store, made.id))!);
    await web.ctx.bus.publish('outbox-written', {});
    await until(async () => (await findAddon(web.ctx.store, made.id))?.message).toBe(
      'The platform could not ask its provider. It is tried again.',
    );
    await updateAddon(web.ctx.store, made.id, { state: 'deprovisioned' });
  });

  it('that gives what it may not is given back', async () => {
    const app = await anApp();
    acme.manner = 'lies';
    const before = acme.resources.size;
    expect(await refused('POST', `/apps/${app}/addons`, { plan: 'acme' })).toMatch(
      /^422 acme gave what can't be taken.*"PATH" is not among/,
    );
    await until(() => acme.resources.size).toBe(before);
    expect(await vars(app)).toEqual({});
  });

  it('that gives what it may not with another plan has that plan, and says so', async () => {
    const app = await anApp();
    const made = await create(app);
    acme.manner = 'lies';
    const changed = await call('PATCH', `/apps/${app}/addons/${made.id}`, { plan: 'acme:large' });
    expect(changed).toMatchObject({ plan: { name: 'acme:large' }, provision_message: expect.stringMatching(/can't be taken.*"PATH"/) });
    expect(await vars(app)).toEqual({ ACME_URL: 'acme://basic', ACME_SECRET: 'hush' });
  });

  it('whose answer was lost is asked for again, and is one', async () => {
    const app = await anApp();
    acme.manner = 'lost';
    const before = acme.resources.size;
    const waiting = create(app);
    await until(() => acme.resources.size).toBe(before + 1);
    acme.manner = 'sync';
    expect(await waiting).toMatchObject({ state: 'provisioned' });
    expect(acme.resources.size).toBe(before + 1);
  });

  it('whose answer was lost is found and given back when it is destroyed meanwhile', async () => {
    const app = await anApp();
    acme.manner = 'lost';
    const before = acme.resources.size;
    const waiting = admin('POST', `/apps/${app}/addons`, { plan: 'acme', name: `${app}-lost` });
    await until(() => acme.resources.size).toBe(before + 1);
    const gone = call('DELETE', `/apps/${app}/addons/${app}-lost`, {});
    await until(() => stateOf(`${app}-lost`)).toBe('deprovisioning');
    acme.manner = 'sync';
    await gone;
    await until(() => stateOf(`${app}-lost`)).toBe('deprovisioned');
    expect(acme.resources.size).toBe(before);
    await waiting;
  });

  it('is made though the platform is killed in the middle of the call, once', async () => {
    const app = await anApp();
    const before = acme.resources.size;
    acme.delayMs = 1_500;
    const calls = acme.calls.length;
    const waiting = admin('POST', `/apps/${app}/addons`, { plan: 'acme', name: `${app}-cut` }).catch(() => undefined);
    await until(() => acme.calls.length).toBe(calls + 1);
    await web.restart();
    acme.delayMs = 0;
    await waiting;
    // Whoever was cut off held it for a while.
    await web.ctx.store.db
      .updateTable('outbox')
      .set({ heldUntil: null, dueAt: new Date(0) })
      .where('doneAt', 'is', null)
      .execute();
    await web.ctx.bus.publish('outbox-written', {});
    await until(() => stateOf(`${app}-cut`)).toBe('provisioned');
    expect(acme.resources.size).toBe(before + 1);
  });

  it('whose provider called back before its answer was kept is asked for its id again', async () => {
    const made = await create(await anApp());
    const { providerId, serviceId } = (await findAddon(web.ctx.store, made.id))!;
    await updateAddon(web.ctx.store, made.id, { providerId: null });
    await askProvider(web.ctx.store, { id: made.id, serviceId });
    await web.ctx.bus.publish('outbox-written', {});
    await until(async () => (await findAddon(web.ctx.store, made.id))?.providerId).toBe(providerId);
  });

  it('that waits without a message is asked about again; one that never comes is taken back', async () => {
    const app = await anApp();
    acme.manner = 'mute';
    const made = await create(app);
    expect(made).toMatchObject({ state: 'provisioning', provision_message: 'It takes a minute.' });
    const resources = acme.resources.size;
    await sweepAddons(web.ctx, Date.now());
    expect(await stateOf(made.id)).toBe('provisioning');
    await sweepAddons(web.ctx, Date.now() + 13 * 3_600_000);
    await until(() => stateOf(made.id)).toBe('deprovisioned');
    expect(acme.resources.size).toBe(resources - 1);
    await web.ctx.store.db.updateTable('addons').set({ state: 'deprovisioning' }).where('id', '=', made.id).execute();
    await sweepAddons(web.ctx, Date.now());
    await until(() => stateOf(made.id)).toBe('deprovisioned');
  });
});

describe('attachments', () => {
  it('have names and colors; share an add-on; take the place of another when it is confirmed', async () => {
    const [shop, helper] = [await anApp(), await anApp()];
    const first = await create(shop);
    const second = await create(shop);
    expect(second.config_vars[0]).toMatch(/^ACME_[A-Z]+_URL$/);
    const attach = { addon: first.name, app: helper, name: 'cache' };
    expect(await call('POST', '/addon-attachments', attach)).toMatchObject({ name: 'CACHE', config_vars: ['CACHE_URL', 'CACHE_SECRET'] });
    expect(await vars(helper)).toEqual({ CACHE_URL: 'acme://basic', CACHE_SECRET: 'hush' });
    expect((await ledger(helper))[0]).toBe(`Attach CACHE (@ref:${first.name})`);
    const promoted = { addon: { name: second.name }, app: { name: shop }, name: 'ACME' };
    expect(await refused('POST', '/addon-attachments', promoted)).toMatch(/^423 ACME is an attachment/);
    await call('POST', '/addon-attachments', { ...promoted, confirm: shop });
    const found = await call<Shown[]>('POST', '/actions/addon-attachments/resolve', { addon_attachment: 'ACME_URL', app: shop }, 200);
    expect(found).toMatchObject([{ name: 'ACME', addon: { name: second.name } }]);
    expect(await call('POST', '/actions/addons/resolve', { addon: 'CACHE', app: helper }, 200)).toMatchObject([{ id: first.id }]);

    const [own] = await call<Shown[]>('GET', `/apps/${helper}/addon-attachments`);
    await call('DELETE', `/addon-attachments/${own!.id}`);
    expect(await vars(helper)).toEqual({});
    await call('POST', '/addon-attachments', attach);
    expect(await refused('DELETE', `/apps/${shop}/addons/${first.id}`, {})).toMatch(/^422 .* is attached to 1 other app/);
    await call('DELETE', `/apps/${shop}/addons/${first.id}`, { force: true });
    expect((await ledger(helper))[0]).toBe(`Detach CACHE (@ref:${first.name})`);
    const lone = await call<Shown[]>('GET', `/addons/${second.id}/addon-attachments`);
    await call('DELETE', `/addon-attachments/${lone[0]!.id}`);
    expect(await refused('DELETE', `/addon-attachments/${lone[1]!.id}`)).toMatch(/^422 Cannot destroy last attachment to billing app/);
  });

  it('come back with a rollback, those that are there; what is gone is named, and what came since stays', async () => {
    const app = await anApp();
    const { id } = (await findApp(web.ctx.store, app))!;
    const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
    await call('PATCH', `/apps/${app}/config-vars`, { MINE: 'old', SINCE_URL: 'of people, then' });
    const [kept, gone] = [await create(app, { attachment: { name: 'KEPT' } }), await create(app, { attachment: { name: 'GONE' } })];
    const releases = await listReleases(web.ctx.store, id);
    for (const { id: each } of releases) await finishRelease(web.ctx.store, each, 'succeeded');
    await call('PATCH', `/apps/${app}/config-vars`, { MINE: 'new', SINCE_URL: null });
    await call('DELETE', `/apps/${app}/addons/${gone.id}`, {});
    await call('PATCH', `/apps/${app}/addons/${kept.id}`, { plan: 'acme:large' });
    const since = await create(app, { attachment: { name: 'SINCE' } });
    const [off] = (await call<Shown[]>('GET', `/apps/${app}/addon-attachments`)).filter(({ name }) => name === 'KEPT');
    await call('POST', '/addon-attachments', { addon: kept.id, app, name: 'OTHER' });
    await call('DELETE', `/addon-attachments/${off!.id}`);
    const target = (await listReleases(web.ctx.store, id)).find(({ version }) => version === releases[0]!.version)!;
    const back = await rollBack(web.ctx, (await findApp(web.ctx.store, app))!, user, target);
    expect(back.description).toBe(`Rollback to v${target.version}, without GONE (@ref:${gone.name}), SINCE_URL`);
    const brought = (name: string, plan: string) => ({ [`${name}_URL`]: `acme://${plan}`, [`${name}_SECRET`]: 'hush' });
    const all = { MINE: 'old', ...brought('KEPT', 'large'), ...brought('OTHER', 'large'), ...brought('SINCE', 'basic') };
    expect(await vars(app)).toEqual(all);
    expect(back.attachments.map(({ name }) => name).toSorted()).toEqual(['KEPT', 'OTHER', 'SINCE']);
    // Its name is another add-on's by now.
    await call('PATCH', `/apps/${app}/addons/${since.id}`, { plan: 'acme:large' });
    for (const { id: each } of await call<Shown[]>('GET', `/addons/${kept.id}/addon-attachments`))
      if ((await call<Shown>('GET', `/addon-attachments/${each}`)).name === 'KEPT') await call('DELETE', `/addon-attachments/${each}`);
    await call('POST', '/addon-attachments', { addon: since.id, app, name: 'KEPT' });
    const again = await rollBack(web.ctx, (await findApp(web.ctx.store, app))!, user, target);
    expect(again.description).toContain(`without GONE (@ref:${gone.name}), KEPT (@ref:${kept.name}), SINCE_URL`);
    expect((await vars(app))['KEPT_URL']).toBe('acme://large');
    expect(await readOwnedVars(web.ctx.store, id)).toMatchObject({ MINE: { owner: { user: user.id } }, KEPT_URL: { owner: {} } });
  });

  it(`and add-ons are ${MOST_ADDONS} of an app at most`, async () => {
    const { db } = web.ctx.store;
    const [shop, full] = [await anApp(), await anApp()];
    const made = await create(shop);
    const { id: appId } = (await findApp(web.ctx.store, full))!;
    const numbers = Array.from({ length: MOST_ADDONS }, (_, at) => at);
    await db
      .insertInto('addonAttachments')
      .values(numbers.map((at) => ({ appId, addonId: made.id, name: `N${at}` })))
      .execute();
    expect(await refused('POST', `/apps/${full}/addons`, { plan: 'acme' })).toMatch(/^422 An app has 100 attachments at most/);
    expect(await refused('POST', '/addon-attachments', { addon: made.id, app: full })).toMatch(/^422 An app has 100 attachments at most/);
    const attach = { addon: made.id, app: full, name: 'N1' };
    expect(await call('POST', '/addon-attachments', { ...attach, confirm: full })).toMatchObject({ name: 'N1' });
    await db.deleteFrom('addonAttachments').where('appId', '=', appId).execute();
    const { serviceId, planId, userId, callbackUrl } = (await findAddon(web.ctx.store, made.id))!;
    const row = { serviceId, planId, userId, callbackUrl, appId, state: 'provisioned' as const, optionsSealed: Buffer.alloc(0) };
    await db
      .insertInto('addons')
      .values(numbers.map((at) => ({ ...row, name: `full-${at}` })))
      .execute();
    expect(await refused('POST', `/apps/${full}/addons`, { plan: 'acme' })).toMatch(/^422 An app has 100 add-ons at most/);
    await db.deleteFrom('addons').where('appId', '=', appId).execute();
  });

  it('to what stays with the owner before do not come back with a rollback of an app that was transferred', async () => {
    const [shop, helper] = [await anApp(), await anApp()];
    const made = await create(shop);
    const lent = await call('POST', '/addon-attachments', { addon: made.id, app: helper, name: 'LENT' });
    const given = (await findApp(web.ctx.store, helper))!;
    const [target] = await listReleases(web.ctx.store, given.id);
    const done = (await finishRelease(web.ctx.store, target!.id, 'succeeded'))!;
    const heir = await ensureUser(web.ctx.store, { email: 'heir@example.com', name: null, role: 'member' });
    const still = `shares an add-on with an app that stays with its owner. Detach it first: paas addons:detach LENT --app ${helper}`;
    await expect(transferApp(web.ctx, given, heir, heir)).rejects.toThrow(`${helper} ${still}`);
    await expect(transferApp(web.ctx, (await findApp(web.ctx.store, shop))!, heir, heir)).rejects.toThrow(`${shop} ${still}`);
    await call('DELETE', `/addon-attachments/${lent.id}`);
    const theirs = await transferApp(web.ctx, given, heir, heir);
    const back = await rollBack(web.ctx, theirs, heir, done);
    expect(back.description).toBe(`Rollback to v${done.version}, without LENT (@ref:${made.name})`);
    expect(await vars(helper)).toEqual({});
  });

  it('are of apps of one owner, whoever may operate both', async () => {
    const shop = await anApp();
    const made = await create(shop);
    const { access_token: by } = await call<{ access_token: { token: string } }>('POST', '/users', { email: 'both@example.com' });
    const both = callAs(() => web.url, by.token);
    expect((await both('POST', '/apps', { name: 'of-both' })).status).toBe(201);
    await call('POST', `/apps/${shop}/collaborators`, { user: 'both@example.com', permissions: ['operate'] });
    const refusal = `${made.name} belongs to an app of another owner than of-both: they can't share it.`;
    expect(await both('POST', '/addon-attachments', { addon: made.id, app: 'of-both' })).toMatchObject({
      status: 422,
      body: { message: refusal },
    });
    expect((await both('POST', '/addon-attachments', { addon: made.id, app: shop, name: 'MORE' })).status).toBe(201);
  });

  it('go with their app, and so do its add-ons, at the provider too', async () => {
    const [shop, helper] = [await anApp(), await anApp()];
    const before = acme.resources.size;
    const made = await create(shop);
    await call('POST', '/addon-attachments', { addon: made.id, app: helper, name: 'LENT' });
    await call('DELETE', `/apps/${shop}`);
    expect(await vars(helper)).toEqual({});
    await until(() => stateOf(made.id)).toBe('deprovisioned');
    expect(acme.resources.size).toBe(before);
  });
});

it('signs on to the page of an add-on', async () => {
  const made = await create(await anApp());
  const page = await fetch(String(made['web_url']));
  const html = await page.text();
  const fields = [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!] as [string, string]);
  const form = new URLSearchParams(fields);
  expect(isSignedOn(form, Date.now())).toBe(true);
  expect([form.get('email'), html.includes(`127.0.0.1:${acme.port}/sso/login`)]).toEqual([ADMIN_EMAIL, true]);
  expect((await fetch(`${String(made['web_url'])}x`)).status).toBe(404);
});

it.each([
  ['read', false],
  ['read-protected', false],
  ['write', false],
  ['write-protected', true],
])('a token of the scope %s is given the URL of its page: %s', async (scope, isGiven) => {
  const made = await create(await anApp());
  const { access_token: given } = await call<{ access_token: { token: string } }>('POST', '/oauth/authorizations', { scope: [scope] });
  const limited = callAs(() => web.url, given.token);
  const [attachment] = await call<Shown[]>('GET', `/addons/${made.id}/addon-attachments`);
  for (const path of [`/addons/${made.id}`, `/addon-attachments/${attachment!.id}`]) {
    const { status, body } = await limited('GET', path);
    expect([status, typeof (body as Shown)['web_url']], path).toEqual([200, isGiven ? 'string' : 'object']);
  }
});
