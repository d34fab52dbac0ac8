// An app as it is after its first deploy, put straight into the store: there is no builder here.
import { randomBytes } from 'node:crypto';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import type { Context } from '../../../src/actions/context.js';
import type { App } from '../../../src/model/app.js';
import type { Dyno } from '../../../src/model/dyno.js';
import type { Release } from '../../../src/model/release.js';
import type { Slug } from '../../../src/model/build/slug.js';
import type { User } from '../../../src/model/user.js';
import { insertDyno } from '../../../src/store/app/dynos.js';
import { finishRelease } from '../../../src/store/app/releases.js';
import { insertSlug } from '../../../src/store/build/slugs.js';

export interface DeployedApp {
  app: App;
  slug: Slug;
  release: Release;
  dyno: Dyno;
}

export async function aSlug(ctx: Context, app: App, more: Partial<Slug> = {}): Promise<Slug> {
  return insertSlug(ctx.store, {
    appId: app.id,
    digest: randomBytes(32).toString('hex'),
    diffId: randomBytes(32).toString('hex'),
    size: 1234,
    base: [],
    stack: app.stack,
    commit: 'a1b2c3d4',
    commitDescription: 'A commit',
    buildpackProvidedDescription: 'Node.js',
    processTypes: { web: 'npm start', worker: 'node worker.js' },
    ...more,
  });
}

export async function aDeployedApp(ctx: Context, user: User, name: string): Promise<DeployedApp> {
  const app = await createApp(ctx, { user, name });
  const slug = await aSlug(ctx, app);
  const pending = await createRelease(ctx, { appId: app.id, user, slugId: slug.id, description: 'Deploy a1b2c3d4' });
  const release = (await finishRelease(ctx.store, pending.id, 'succeeded'))!;
  const dyno = await insertDyno(ctx.store, {
    appId: app.id,
    name: 'web.1',
    type: 'web',
    number: 1,
    state: 'up',
    size: 'Basic',
    command: 'npm start',
    releaseId: release.id,
    releaseVersion: release.version,
    node: 'test',
    containerId: null,
    host: '127.0.0.1',
    port: 5000,
    crashes: 0,
    restartAt: null,
  });
  return { app, slug, release, dyno };
}
