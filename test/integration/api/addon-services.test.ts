// Services that providers offer: added by a manifest, removed, and given up when their provider is gone.
import { sql } from 'kysely';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { beginDeprovision } from '../../../src/actions/addon/settle.js';
import { deleteService, findPlan, findService } from '../../../src/store/addon/services.js';
import { findAddon, insertAddon } from '../../../src/store/addon/addons.js';
import { findApp } from '../../../src/store/app/apps.js';
import { inTransaction } from '../../../src/store/open-store.js';
import { startProvider, type Provider } from '../../support/provider.js';
import { until } from '../../support/until.js';
import { openAddonWorld, type Shown } from './addon-world.js';

const world = await openAddonWorld();
const { web, acme, anApp, call, refused, create, vars, ledger } = world;

afterEach(() => Object.assign(acme, { manner: 'sync', delayMs: 0 }));
afterAll(world.close);

/** Adds another provider's service, whose config vars are called as those of acme. */
async function addService(provider: Provider): Promise<void> {
  const manifest = { ...provider.manifest, api: { ...(provider.manifest['api'] as object), config_vars_prefix: 'ACME' } };
  await call('POST', '/addon-services', { manifest, environment: 'test' });
}

describe('a service', () => {
  it('has plans; each mistake of its manifest is named', async () => {
    expect(await call<Shown[]>('GET', '/addon-services')).toMatchObject([{ name: 'acme', supports_sharing: true }]);
    const plans = await call<Shown[]>('GET', '/addon-services/acme/plans');
    expect(plans.map(({ name, default: isDefault }) => [name, isDefault])).toEqual([
      ['acme:basic', true],
      ['acme:large', false],
    ]);
    const wrong = { id: 'A', api: { password: 'short', sso_salt: 'long enough', config_vars: ['URL'], version: '1' } };
    const said = await refused('POST', '/addon-services', { manifest: wrong });
    for (const mistake of ['id: must', 'api.password: must', 'api.version: must', '"URL" must begin with A_', 'api.production or api.test'])
      expect(said).toContain(mistake);
    expect(said).not.toContain('short');
  });

  it('is removed when no app has an add-on of it, or when its provider is gone for good', async () => {
    const app = await anApp();
    const made = await create(app);
    expect(await refused('DELETE', '/addon-services/acme')).toMatch(/^422 acme still has add-ons.*addons:services:remove acme --force$/);
    const other = await create(app);
    acme.manner = 'down';
    await beginDeprovision(web.ctx, made.id);
    expect(await call('DELETE', '/addon-services/acme', { force: true })).toMatchObject({ name: 'acme' });
    expect(await vars(app)).toEqual({});
    expect((await ledger(app))[0]).toMatch(new RegExp(`^Detach ACME_[A-Z]+ \\(@ref:${other.name}\\)$`));
    expect([await findAddon(web.ctx.store, made.id), await findAddon(web.ctx.store, other.id)]).toEqual([undefined, undefined]);
    expect([...acme.resources.values()].map(({ uuid }) => uuid)).toContain(other.id);
    await call('POST', '/addon-services', { manifest: acme.manifest, environment: 'test' });
  });

  it('stays while somebody creates an add-on of it', async () => {
    const { store } = web.ctx;
    const spare = await startProvider('spare');
    await addService(spare);
    await spare.stop();
    const [service, plan] = [(await findService(store, 'spare'))!, (await findPlan(store, 'spare'))!];
    const app = (await findApp(store, await anApp()))!;
    const row = { appId: app.id, serviceId: service.id, planId: plan.id, userId: app.ownerId, callbackUrl: web.url, options: {} };
    let removing: Promise<boolean> | undefined;
    await inTransaction(store, async (within) => {
      await insertAddon(within, { name: 'spare-one', ...row });
      removing = deleteService(store, service.id);
      // It waits for this transaction to end.
      await until(async () => (await sql`select 1 from pg_locks where not granted`.execute(store.db)).rows.length).toBe(1);
    });
    expect(await removing).toBe(false);
    expect(await findAddon(store, 'spare-one')).toMatchObject({ state: 'provisioning' });
  });

  it('at an address that is not public is not called, unless the operator allows it', async () => {
    const inner = await startProvider('inner');
    await addService(inner);
    const app = await anApp();
    expect(await refused('POST', `/apps/${app}/addons`, { plan: 'inner' })).toMatch(/^422 127.0.0.1 is not on the public internet/);
    expect(inner.calls).toEqual([]);
    await inner.stop();
  });
});
