// PostgreSQL and Redis that a test can take away and bring back, and rows as the other rooms would write them.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { App } from '../../../src/model/app.js';
import type { Dyno } from '../../../src/model/dyno.js';
import type { Release, ReleaseStatus } from '../../../src/model/release.js';
import type { Daemon } from '../../../src/start/stores/daemon.js';
import { embeddedPostgres } from '../../../src/start/stores/embedded-postgres.js';
import { embeddedRedis } from '../../../src/start/stores/embedded-redis.js';
import { fetchRedis, findRedis } from '../../../src/start/stores/redis-program.js';
import { insertApp } from '../../../src/store/app/apps.js';
import { insertDyno } from '../../../src/store/app/dynos.js';
import { setFormation } from '../../../src/store/app/formations.js';
import type { Store } from '../../../src/store/open-store.js';
import { appendRelease } from '../../../src/store/app/releases.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import { ensureUser } from '../../../src/store/people/users.js';

export interface Daemons {
  postgres: Daemon;
  redis: Daemon;
  remove(): Promise<void>;
}

/** Neither is started yet. */
export async function prepareStores(): Promise<Daemons> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-router-'));
  chmodSync(dir, 0o711);
  const cacheDir = resolve('node_modules/.cache/slipway');
  const id = basename(dir);
  const postgres = embeddedPostgres({ dir: join(dir, 'postgres'), id, settings: { fsync: 'off', full_page_writes: 'off' } });
  const redis = embeddedRedis({ dir: join(dir, 'redis'), id, program: findRedis(cacheDir) ?? (await fetchRedis(cacheDir)) });
  return {
    postgres,
    redis,
    async remove() {
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** An app with a release that has a slug, and a formation of `wanted` web dynos; nothing is told to anyone. */
export async function aReleasedApp(store: Store, name: string, wanted = 1): Promise<{ app: App; releaseId: string }> {
  const user = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
  const app = await insertApp(store, { name, ownerId: user.id, stack: 'slipway-1', buildStack: 'slipway-1' });
  const release = await aRelease(store, app!, { web: 'x' });
  await setFormation(store, { appId: app!.id, type: 'web', quantity: wanted, size: 'basic' });
  return { app: app!, releaseId: release.id };
}

/** One more release of the app, of a slug with these process types. */
export async function aRelease(
  store: Store,
  app: App,
  processTypes: Record<string, string>,
  status: ReleaseStatus = 'succeeded',
): Promise<Release> {
  const slug = await insertSlug(store, {
    appId: app.id,
    digest: randomBytes(32).toString('hex'),
    diffId: randomBytes(32).toString('hex'),
    size: 1,
    stack: 'slipway-1',
    commit: null,
    commitDescription: null,
    buildpackProvidedDescription: null,
    processTypes,
  });
  return appendRelease(store, {
    appId: app.id,
    status,
    description: 'Deploy',
    slugId: slug.id,
    userId: app.ownerId,
    hasOutput: false,
    configVars: {},
  });
}

/** A web dyno on loopback. */
export function aRunningDyno(store: Store, of: { app: App; releaseId: string }, change: Partial<Dyno>): Promise<Dyno> {
  return insertDyno(store, {
    appId: of.app.id,
    releaseId: of.releaseId,
    releaseVersion: 1,
    name: 'web.1',
    type: 'web',
    number: 1,
    state: 'up',
    size: 'basic',
    command: 'x',
    node: 'here',
    containerId: null,
    host: '127.0.0.1',
    port: 1,
    crashes: 0,
    restartAt: null,
    ...change,
  });
}
