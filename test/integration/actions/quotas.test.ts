// What the operator lets one user have, asked for many times at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/actions/context.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { keepSlug, keepUpload } from '../../../src/actions/build/keep-slug.js';
import { scale } from '../../../src/actions/app/scale.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import type { App } from '../../../src/model/app.js';
import type { User } from '../../../src/model/user.js';
import { listApps } from '../../../src/store/app/apps.js';
import { listFormation } from '../../../src/store/app/formations.js';
import type { OpenStore } from '../../../src/store/open-store.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { openContext, type OpenContext } from './open-context.js';

let opened: OpenContext;
let store: OpenStore;
let ctx: Context;
let member: User;
let admin: User;

beforeAll(async () => {
  opened = await openContext({ quotas: { apps: 3, dynos: 4, builds: 2, slugsMb: 10 } });
  ({ ctx, store } = opened);
  member = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
  admin = await ensureUser(store, { email: 'admin@example.com', name: null, role: 'admin' });
});

afterAll(() => opened.stop());

const MB = 1024 * 1024;
let digests = 0;
const digest = () => (digests += 1).toString(16).padStart(64, '0');

function slugOf(
  app: App,
  size: number,
  o: { base?: { digest: string; diffId: string; size: number; key?: string }[]; diffId?: string } = {},
) {
  const facts = { commit: null, commitDescription: null, buildpackProvidedDescription: null };
  return {
    appId: app.id,
    digest: digest(),
    diffId: digest(),
    size,
    stack: 'slipway-12',
    ...facts,
    processTypes: { web: 'x', worker: 'y' },
    ...o,
  };
}

/** So many succeed; the others are refused with this. */
function expectSome(results: PromiseSettledResult<unknown>[], some: number, message: string): void {
  const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason as Error);
  expect(refused.map((error) => ({ ...error, message: error.message }))).toEqual(
    Array.from({ length: results.length - some }, () => expect.objectContaining({ id: 'invalid_params', message })),
  );
}

describe('a user', () => {
  let apps: App[];

  it('has so many apps', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => createApp(ctx, { user: member })));
    expectSome(results, 3, "You've reached the limit of 3 apps. Destroy one that you don't need any more.");
    apps = await listApps(store, { ownerId: member.id });
    expect(apps).toHaveLength(3);
  });

  it('has so many builds at once', async () => {
    const build = { user: member, origin: 'api', source: 'https://example.com/a.tgz', commit: null, description: null } as const;
    const results = await Promise.allSettled(apps.map((app) => startBuild(ctx, { ...build, app })));
    expectSome(results, 2, 'Your account has reached its concurrent builds limit (2). Wait until a build has ended, or cancel it.');
  });

  it('has so many dynos, those of first deploys among them', async () => {
    const release = async (app: App) =>
      createRelease(ctx, { appId: app.id, user: member, slugId: (await insertSlug(store, slugOf(app, 1))).id, description: 'Deploy 1' });
    const [first, second, third] = apps as [App, App, App];
    await release(first);
    await release(second);
    const wanted = [first, second].map((app) => scale(ctx, app, member, [{ type: 'worker', quantity: 2 }]));
    expectSome(await Promise.allSettled(wanted), 1, "You've reached the limit of 4 dynos. Scale others down first.");
    await release(third);
    expect((await listFormation(store, third.id)).map(({ type, quantity }) => [type, quantity])).toEqual([
      ['web', 0],
      ['worker', 0],
    ]);
    expectSome(
      await Promise.allSettled([scale(ctx, third, member, [{ type: 'web', quantity: 1 }])]),
      0,
      "You've reached the limit of 4 dynos. Scale others down first.",
    );
    await scale(ctx, first, member, [{ type: 'web', quantity: 0 }]);
    await scale(ctx, third, member, [{ type: 'web', quantity: 1 }]);
  });

  it('keeps so many bytes, what slugs share counted once', async () => {
    const full =
      "You've reached the limit of 10 MB of slugs. Make them smaller (.slugignore), or destroy apps that you don't need any more.";
    const [first, second] = apps as [App, App];
    const runtime = { digest: digest(), diffId: digest(), size: 50 * MB };
    const packages = { digest: digest(), diffId: digest(), size: 4 * MB, key: 'node_modules:1' };
    for (const app of [first, second]) await keepSlug(ctx, slugOf(app, MB, { base: [runtime, packages] }));
    const results = await Promise.allSettled([first, second, first].map((app) => keepSlug(ctx, slugOf(app, 2 * MB - 100))));
    expectSome(results, 2, full);
    const described = await insertSlug(store, slugOf(first, 0, { diffId: '' }));
    expectSome(
      await Promise.allSettled([keepUpload(ctx, described, { digest: digest(), diffId: digest(), size: 3 * MB, base: [] })]),
      0,
      full,
    );
    expect(await keepUpload(ctx, described, { digest: digest(), diffId: digest(), size: 50, base: [] })).toBe(true);
  });

  it('who is an admin has no limit', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => createApp(ctx, { user: admin })));
    for (const app of made) await keepSlug(ctx, slugOf(app, 20 * MB));
  });
});
