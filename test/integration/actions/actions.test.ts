// The verbs against a real PostgreSQL and Redis: ledgers, locks, results that stay.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelBuild } from '../../../src/actions/build/cancel-build.js';
import type { Context } from '../../../src/actions/context.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import { endBuild } from '../../../src/actions/build/end-build.js';
import { failLostBuilds } from '../../../src/actions/build/fail-lost-builds.js';
import { rollBack } from '../../../src/actions/release/roll-back.js';
import { scale, type ScaleUpdate } from '../../../src/actions/app/scale.js';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { updateApp } from '../../../src/actions/app/update-app.js';
import { currentProcessTypes } from '../../../src/api/process-types.js';
import { appendOutput } from '../../../src/bus/output.js';
import { readBatches } from '../../../src/bus/log-lines.js';
import { startPulse } from '../../../src/bus/pulse.js';
import type { Bus } from '../../../src/bus/open-bus.js';
import type { App } from '../../../src/model/app.js';
import { SIZES, sizeTable } from '../../../src/model/dyno-size.js';
import type { User } from '../../../src/model/user.js';
import { findApp } from '../../../src/store/app/apps.js';
import { readConfigVars } from '../../../src/store/app/config-vars.js';
import { claimBuild, findBuild, readBuildOutput } from '../../../src/store/build/builds.js';
import { listFormation } from '../../../src/store/app/formations.js';
import type { OpenStore } from '../../../src/store/open-store.js';
import {
  appendRelease,
  currentRelease,
  findRelease,
  finishRelease,
  listReleases,
  releaseConfigVars,
} from '../../../src/store/app/releases.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { openContext, type OpenContext } from './open-context.js';

let opened: OpenContext;
let store: OpenStore;
let bus: Bus;
let ctx: Context;
let user: User;

beforeAll(async () => {
  opened = await openContext();
  ({ ctx, store, bus } = opened);
  user = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
});

afterAll(() => opened.stop());

const aSlug = (app: App, processTypes: Record<string, string>) =>
  insertSlug(store, {
    appId: app.id,
    digest: randomBytes(32).toString('hex'),
    diffId: randomBytes(32).toString('hex'),
    size: 1234,
    stack: app.stack,
    commit: 'a'.repeat(40),
    commitDescription: null,
    buildpackProvidedDescription: 'Node.js',
    processTypes,
  });

const aBuild = (app: App) =>
  startBuild(ctx, { app, user, origin: 'git', source: 'http://source', commit: 'a'.repeat(40), description: 'first' });

async function logText(app: App): Promise<string> {
  await ctx.lines.flush();
  return (await readBatches(bus, app.id)).map((batch) => batch.text).join('');
}

describe('creating an app', () => {
  it('begins the ledger with v1 and v2', async () => {
    const app = await createApp(ctx, { user, name: 'ledger-one' });
    const releases = await listReleases(store, app.id);
    expect(releases.map((r) => [r.version, r.description, r.status])).toEqual([
      [2, 'Enable Logplex', 'succeeded'],
      [1, 'Initial release', 'succeeded'],
    ]);
    expect(await logText(app)).toContain('Initial release by user jane@example.com');
  });
  it('refuses a name that is taken or wrong, and an unknown stack', async () => {
    await createApp(ctx, { user, name: 'taken-name' });
    await expect(createApp(ctx, { user, name: 'taken-name' })).rejects.toThrow('Name taken-name is already taken');
    await expect(createApp(ctx, { user, name: 'No' })).rejects.toThrow('Name "No" must start');
    await expect(createApp(ctx, { user, stack: 'windows' })).rejects.toThrow('Stack "windows" does not exist');
  });
  it('makes names by itself', async () => expect((await createApp(ctx, { user })).name).toMatch(/^[a-z]+-[a-z]+-\d{5}$/));
});

describe('builds', () => {
  it('are one at a time per app, even when asked for at once', async () => {
    const app = await createApp(ctx, { user, name: 'one-build' });
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => aBuild(app)));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    for (const r of results) if (r.status === 'rejected') expect(r.reason.id).toBe('conflict');
    expect(await ctx.queue.waiting('build')).toHaveLength(1);
  });
  it('end once: the first result stays, with its output', async () => {
    const app = await createApp(ctx, { user, name: 'ends-once' });
    const build = await aBuild(app);
    await appendOutput(bus, build.id, '-----> Building\n');
    expect(await cancelBuild(ctx, build, 'Cancelled by jane.')).toBe(true);
    expect(await endBuild(ctx, build, { status: 'failed', failure: 'later' })).toBe(undefined);
    expect(await findBuild(store, build.id)).toMatchObject({ status: 'failed', failure: 'Cancelled by jane.' });
    expect(await readBuildOutput(store, build.id)).toBe('-----> Building\n\n !     Cancelled by jane.\n !     Push failed\n');
    await expect(aBuild(app)).resolves.toMatchObject({ status: 'pending' });
  });
  it('are failed when their builder is not heard of', async () => {
    const app = await createApp(ctx, { user, name: 'lost-build' });
    const build = await aBuild(app);
    await claimBuild(store, build.id, 'node-a');
    expect(await claimBuild(store, build.id, 'node-b')).toBeUndefined();
    expect(await failLostBuilds(ctx)).toBe(0);
    await store.db
      .updateTable('builds')
      .set({ heartbeatAt: new Date(Date.now() - 60_000) })
      .where('id', '=', build.id)
      .execute();
    expect(await failLostBuilds(ctx)).toBe(1);
    expect((await findBuild(store, build.id))?.failure).toContain('The builder stopped');
  });
  it('have succeeded once they are released, though their builder died before it could say so', async () => {
    const app = await createApp(ctx, { user, name: 'released-build' });
    const build = await aBuild(app);
    const slug = await aSlug(app, { web: 'a' });
    await claimBuild(store, build.id, 'node-a');
    const release = await createRelease(ctx, { appId: app.id, user, slugId: slug.id, buildId: build.id, description: 'Deploy aaaaaaaa' });
    expect(await cancelBuild(ctx, build, 'The builder was restarted.')).toBe(false);
    expect(await findBuild(store, build.id)).toMatchObject({ status: 'succeeded', failure: null, slugId: slug.id, releaseId: release.id });
    expect(await readBuildOutput(store, build.id)).toBe('');
  });
  it('make no release once they are cancelled', async () => {
    const app = await createApp(ctx, { user, name: 'cancelled-build' });
    const build = await aBuild(app);
    await cancelBuild(ctx, build, 'Cancelled by jane.');
    const slug = await aSlug(app, { web: 'a' });
    await expect(createRelease(ctx, { appId: app.id, user, slugId: slug.id, buildId: build.id, description: 'x' })).rejects.toThrow(
      'The build was cancelled.',
    );
    expect(await listReleases(store, app.id)).toHaveLength(2);
  });
});

describe('the table of sizes', () => {
  const table = sizeTable([
    { ...SIZES.default, name: 'Small', aliases: ['S'], most: 2 },
    { ...SIZES.default, name: 'Big', aliases: [], most: 1 },
  ]);

  it('is the operator’s: its first size is the default, its names and aliases hold, and so does the most of each', async () => {
    const own = { ...ctx, sizes: table };
    const app = await createApp(own, { user, name: 'sized' });
    await createRelease(own, { appId: app.id, user, slugId: (await aSlug(app, { web: 'a' })).id, description: 'Deploy' });
    const web = async () => (await listFormation(store, app.id)).map(({ quantity, size }) => [quantity, size]);
    expect(await web()).toEqual([[1, 'Small']]);
    await scale(own, app, user, [{ type: 'web', size: 'big' }]);
    await scale(own, app, user, [{ type: 'web', size: 's', quantity: 2 }]);
    expect(await web()).toEqual([[2, 'Small']]);
    const refused = (update: ScaleUpdate) => expect(scale(own, app, user, [update])).rejects;
    await refused({ type: 'web', quantity: 3 }).toThrow('web may have at most 2 dynos of size Small, not 3.');
    await refused({ type: 'web', size: 'Big' }).toThrow('web may have at most 1 dyno of size Big, not 2.');
    await refused({ type: 'web', size: 'Basic' }).toThrow('No such dyno size: Basic. There are: Small, Big.');
  });

  it('has sizes that no machine here can run: those are refused with why', async () => {
    const app = await createApp(ctx, { user, name: 'too-large' });
    await createRelease(ctx, { appId: app.id, user, slugId: (await aSlug(app, { web: 'a' })).id, description: 'Deploy' });
    const bye = await startPulse(bus, { process: 'dynos', node: 'test' }, () => ({ dynoMemoryMb: 2000 }));
    const large = { type: 'web', size: 'Performance-M' };
    await expect(scale(ctx, app, user, [large])).rejects.toThrow(
      'A dyno of size Performance-M has 2560 MB, and this machine has 2000 MB for all. Choose a smaller size.',
    );
    await scale(ctx, app, user, [{ ...large, quantity: 0 }]);
    await scale(ctx, app, user, [{ type: 'web', size: 'Standard-2X', quantity: 5 }]);
    await bye();
    await scale(ctx, app, user, [large]);
  });

  it('may have lost a size that a formation has: that is scaled as before, and gets the default', async () => {
    const app = await createApp(ctx, { user, name: 'lost-size' });
    await createRelease(ctx, { appId: app.id, user, slugId: (await aSlug(app, { web: 'a' })).id, description: 'Deploy' });
    await scale({ ...ctx, sizes: table }, app, user, [{ type: 'web', quantity: 2 }]);
    expect((await listFormation(store, app.id)).map(({ quantity, size }) => [quantity, size])).toEqual([[2, 'Small']]);
  });
});

describe('releases', () => {
  it('number without gaps when many are made at once', async () => {
    const app = await createApp(ctx, { user, name: 'no-gaps' });
    await Promise.all(Array.from({ length: 12 }, (_, i) => setConfigVars(ctx, app, user, { [`K${i}`]: 'x' })));
    const versions = (await listReleases(store, app.id)).map((r) => r.version);
    expect(versions).toEqual(Array.from({ length: 14 }, (_, i) => 14 - i));
    expect(Object.keys(await readConfigVars(store, app.id))).toHaveLength(12);
  });
  it('put web in the formation the first time only', async () => {
    const app = await createApp(ctx, { user, name: 'first-deploy' });
    const types = { web: 'npm start', worker_2: 'node w.js', release: './migrate' };
    const first = await createRelease(ctx, { appId: app.id, user, slugId: (await aSlug(app, types)).id, description: 'Deploy aaaaaaaa' });
    expect(first).toMatchObject({ version: 3, status: 'pending', hasOutput: true });
    expect((await listFormation(store, app.id)).map((f) => [f.type, f.quantity])).toEqual([
      ['web', 1],
      ['worker_2', 0],
    ]);
    await scale(ctx, app, user, [
      { type: 'web', quantity: 0 },
      { type: 'worker_2', quantity: '+2', size: 'standard-2x' },
    ]);
    await createRelease(ctx, { appId: app.id, user, slugId: (await aSlug(app, types)).id, description: 'Deploy bbbbbbbb' });
    expect((await listFormation(store, app.id)).map((f) => [f.type, f.quantity, f.size])).toEqual([
      ['web', 0, 'Basic'],
      ['worker_2', 2, 'Standard-2X'],
    ]);
    expect(await logText(app)).toContain('Scaled to web@1:Basic worker_2@0:Basic by user jane@example.com');
  });
  it('have process types though fifty releases have failed since', async () => {
    const app = await createApp(ctx, { user, name: 'often-failed' });
    const slug = await aSlug(app, { web: 'x' });
    const first = await createRelease(ctx, { appId: app.id, user, slugId: slug.id, description: 'Deploy' });
    await finishRelease(store, first.id, 'succeeded');
    const failed = { appId: app.id, userId: user.id, status: 'failed', slugId: slug.id, hasOutput: false, configVars: {} } as const;
    for (let i = 0; i < 51; i += 1) await appendRelease(store, { ...failed, description: `Failure ${i}` });
    expect(await currentProcessTypes(store, app.id)).toEqual({ web: 'x' });
  });

  it('keep the config they were made with, sealed', async () => {
    const app = await createApp(ctx, { user, name: 'sealed-vars' });
    await setConfigVars(ctx, app, user, { SECRET: 'open sesame' });
    await setConfigVars(ctx, app, user, { SECRET: null, B: '2' });
    const v3 = await findRelease(store, app.id, 3);
    expect(v3?.description).toBe('Set SECRET config vars');
    expect(await releaseConfigVars(store, v3!.id)).toEqual({ SECRET: 'open sesame' });
    expect(await setConfigVars(ctx, app, user, { B: '2' })).toEqual({ B: '2' });
    expect(await listReleases(store, app.id)).toHaveLength(4);
    const raw = await store.db.selectFrom('releases').select('configSealed').where('id', '=', v3!.id).executeTakeFirstOrThrow();
    expect(raw.configSealed?.includes('sesame')).toBe(false);
    expect(await logText(app)).not.toContain('sesame');
  });
  it('roll back to a slug and its config, as a new release', async () => {
    const app = await createApp(ctx, { user, name: 'rolls-back' });
    const good = await createRelease(ctx, { appId: app.id, user, slugId: (await aSlug(app, { web: 'a' })).id, description: 'Deploy good' });
    await finishRelease(store, good.id, 'succeeded');
    await setConfigVars(ctx, app, user, { LATER: '1' });
    const bad = await createRelease(ctx, { appId: app.id, user, slugId: (await aSlug(app, { web: 'b' })).id, description: 'Deploy bad' });
    await finishRelease(store, bad.id, 'failed');
    expect(await currentRelease(store, app.id)).toMatchObject({ id: good.id });
    await expect(rollBack(ctx, app, user, (await findRelease(store, app.id, bad.version))!)).rejects.toThrow('its status is failed');
    await expect(rollBack(ctx, app, user, (await findRelease(store, app.id, 1))!)).rejects.toThrow('nothing had been deployed');
    const back = await rollBack(ctx, app, user, (await findRelease(store, app.id, good.version))!);
    expect(back).toMatchObject({ version: 6, description: 'Rollback to v3', slugId: good.slugId });
    expect(await readConfigVars(store, app.id)).toEqual({});
  });
});

describe('changing and destroying', () => {
  it('renames, and frees the old name', async () => {
    const app = await createApp(ctx, { user, name: 'old-name' });
    await expect(updateApp(ctx, app, user, { name: 'ledger-one' })).rejects.toThrow('already taken');
    expect(await updateApp(ctx, app, user, { name: 'new-name', maintenance: true })).toMatchObject({ name: 'new-name', maintenance: true });
    expect(await findApp(store, 'old-name')).toBeUndefined();
  });
  it('refuses to scale what is not there', async () => {
    const app = await createApp(ctx, { user, name: 'scale-none' });
    await expect(scale(ctx, app, user, [{ type: 'web', quantity: 1 }])).rejects.toThrow("Couldn't find that process type (web).");
  });
  it('destroys an app with a build under way', async () => {
    const app = await createApp(ctx, { user, name: 'gone-soon' });
    await aBuild(app);
    await destroyApp(ctx, app);
    await destroyApp(ctx, app);
    expect(await findApp(store, 'gone-soon')).toBeUndefined();
    expect(await readBatches(bus, app.id)).toEqual([]);
  });
});
