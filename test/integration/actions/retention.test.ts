// Which slugs are kept, and what becomes of those that aren't.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/actions/context.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { rollBack } from '../../../src/actions/release/roll-back.js';
import type { App } from '../../../src/model/app.js';
import type { ReleaseStatus } from '../../../src/model/release.js';
import type { User } from '../../../src/model/user.js';
import { insertDyno } from '../../../src/store/app/dynos.js';
import { forgetExpiredSlugs } from '../../../src/store/build/expired-slugs.js';
import { inTransaction, type OpenStore } from '../../../src/store/open-store.js';
import { appendRelease, finishRelease, listReleases } from '../../../src/store/app/releases.js';
import { holdSlug, insertSlug } from '../../../src/store/build/slugs.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { sweepBlobs } from '../../../src/chores/sweep-blobs.js';
import { openContext, type OpenContext } from './open-context.js';

const KEEP = { releases: 3, days: 30 };
const LONG_AGO = new Date(Date.now() - 40 * 86_400_000);

let opened: OpenContext;
let store: OpenStore;
let ctx: Context;
let user: User;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-retention-'));
  mkdirSync(join(dir, 'slugs'));
  opened = await openContext();
  ({ ctx, store } = opened);
  user = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
});

afterAll(async () => {
  await opened.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** An old blob of this content, as a layer. */
function layer(content: string) {
  const digest = createHash('sha256').update(content).digest('hex');
  const file = join(dir, 'slugs', digest);
  writeFileSync(file, content);
  utimesSync(file, LONG_AGO, LONG_AGO);
  return { digest, diffId: digest, size: content.length };
}

/** A release of a new slug, made long ago. */
async function release(app: App, content: string, status: ReleaseStatus = 'succeeded', base: ReturnType<typeof layer>[] = []) {
  const slug = await insertSlug(store, {
    appId: app.id,
    ...layer(content),
    base,
    stack: app.stack,
    commit: null,
    commitDescription: null,
    buildpackProvidedDescription: null,
    processTypes: { web: 'x' },
  });
  const made = await createRelease(ctx, { appId: app.id, user, slugId: slug.id, description: content });
  if (status === 'succeeded' || status === 'failed') await finishRelease(store, made.id, status);
  const createdAt = new Date(LONG_AGO.getTime() + made.version * 1_000);
  await store.db.updateTable('slugs').set({ createdAt }).where('id', '=', slug.id).execute();
  await store.db.updateTable('releases').set({ createdAt }).where('id', '=', made.id).execute();
  return { ...slug, releaseId: made.id, version: made.version };
}

const isStored = (slug: { digest: string }) => existsSync(join(dir, 'slugs', slug.digest));

async function forget(): Promise<number> {
  const forgotten = await forgetExpiredSlugs(store, KEEP);
  await sweepBlobs(ctx, { dir, maxBytes: 1_000_000 }, Date.now());
  return forgotten.length;
}

describe('slugs of old releases', () => {
  it('go with their blobs, but for those of the newest; what they shared stays', async () => {
    const app = await createApp(ctx, { user });
    const shared = layer('a runtime');
    const gone = layer('old packages');
    const slugs = [];
    for (const name of ['one', 'two', 'three', 'four', 'five'])
      slugs.push(await release(app, name, 'succeeded', name === 'one' ? [shared, gone] : [shared]));
    expect(await forget()).toBe(2);
    expect(slugs.map(isStored)).toEqual([false, false, true, true, true]);
    expect([shared, gone].map(isStored)).toEqual([true, false]);
    const ledger = await listReleases(store, app.id);
    expect(ledger.map(({ version, status, slugId }) => [version, status, slugId !== null])).toEqual([
      [7, 'succeeded', true],
      [6, 'succeeded', true],
      [5, 'succeeded', true],
      [4, 'expired', false],
      [3, 'expired', false],
      [2, 'succeeded', false],
      [1, 'succeeded', false],
    ]);
    await expect(
      rollBack(
        ctx,
        app,
        user,
        ledger.find((each) => each.version === 3)!,
      ),
    ).rejects.toThrow('Cannot roll back to v3: its status is expired.');
    expect(await forget()).toBe(0);
  });

  it('stay while they run, however many releases failed since', async () => {
    const app = await createApp(ctx, { user });
    const [old, runs] = [await release(app, 'old'), await release(app, 'runs')];
    for (const name of ['f1', 'f2', 'f3', 'f4']) await release(app, name, 'failed');
    expect(await forget()).toBe(2);
    expect([old, runs].map(isStored)).toEqual([false, true]);
    expect((await listReleases(store, app.id)).find((each) => each.version === 5)).toMatchObject({ status: 'failed', slugId: null });
  });

  it('stay while a dyno of theirs is there', async () => {
    const app = await createApp(ctx, { user });
    const used = await release(app, 'used');
    for (const name of ['n1', 'n2', 'n3']) await release(app, name);
    const dyno = {
      appId: app.id,
      name: 'run.1',
      type: 'run',
      number: 1,
      state: 'up' as const,
      size: 'basic',
      command: 'bash',
      releaseId: used.releaseId,
      releaseVersion: used.version,
      node: 'n',
      containerId: null,
      host: null,
      port: null,
      crashes: 0,
      restartAt: null,
    };
    await insertDyno(store, dyno);
    expect(await forget()).toBe(0);
    expect(isStored(used)).toBe(true);
    await store.db.deleteFrom('dynos').where('appId', '=', app.id).execute();
    expect(await forget()).toBe(1);
  });

  it('stay when they are released at the moment they would go', async () => {
    const app = await createApp(ctx, { user });
    const old = await release(app, 'just in time');
    for (const name of ['t1', 't2', 't3']) await release(app, name);
    const waits = sql<{ count: number }>`select count(*)::int as count from pg_locks where not granted`;
    let forgetting: Promise<number> | undefined;
    await inTransaction(store, async (within) => {
      await holdSlug(within, old.id);
      forgetting = forget();
      await expect.poll(async () => (await waits.execute(store.db)).rows[0]?.count).toBeGreaterThan(0);
      const again = { appId: app.id, status: 'pending', description: 'again', slugId: old.id, userId: user.id, hasOutput: false } as const;
      await appendRelease(within, { ...again, configVars: {} });
    });
    expect(await forgetting).toBe(0);
    expect(isStored(old)).toBe(true);
    expect(await forget()).toBe(1);
    expect(isStored(old)).toBe(true);
  });

  it('stay while they, or a release of theirs, are young', async () => {
    const app = await createApp(ctx, { user });
    const slug = await release(app, 'again');
    await store.db.updateTable('releases').set({ createdAt: new Date() }).where('id', '=', slug.releaseId).execute();
    for (const name of ['y1', 'y2', 'y3']) await release(app, name);
    expect(await forget()).toBe(0);
    expect(isStored(slug)).toBe(true);
  });
});
