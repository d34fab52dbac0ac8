// A database of ours with an app, behind a web, whose provider is the process that it is in production: it can be killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { readBatches } from '../../../src/bus/log-lines.js';
import { runInService } from '../../../src/docker/service/service-container.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import type { Transfer } from '../../../src/api/present/data/transfer.js';
import { namesOf } from '../../../src/providers/names.js';
import { ensureServiceImages, stackImages } from '../../../src/start/stack/ensure-stack.js';
import { RECIPES } from '../../../src/start/stack/recipe.js';
import { createAddon } from '../../../src/actions/addon/create-addon.js';
import { findAddon } from '../../../src/store/addon/addons.js';
import { findApp } from '../../../src/store/app/apps.js';
import { findUser } from '../../../src/store/people/users.js';
import type { z } from 'zod';
import { testEngine } from '../../support/engine.js';
import { untilSo } from '../../support/until.js';
import { aDeployedApp } from '../api/a-deployed-app.js';
import { callAs, type Call } from '../api/client.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';

export type Shown = z.output<typeof Transfer>;

export interface BackupWorld {
  web: OpenWeb;
  admin: Call;
  appId: string;
  addonId: string;
  database: string;
  /** Files of backups. */
  files(): string[];
  dir: string;
  /** What the API answers the admin, where it doesn't refuse. */
  call<T = Shown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Runs SQL as the superuser; what it prints. */
  sql(text: string, database?: string): Promise<string>;
  capture(): Promise<Shown>;
  /** When it has ended. */
  ended(id: string): Promise<Shown>;
  log(): Promise<string>;
  kill(): Promise<void>;
  start(): void;
  close(): Promise<void>;
}

const MAIN = resolve('dist/src/providers/main.js');

export async function openBackupWorld(): Promise<BackupWorld> {
  const engine = testEngine();
  const homeId = `t${randomBytes(4).toString('hex')}`;
  const [recipe] = RECIPES;
  const images = stackImages(recipe!);
  await ensureServiceImages(engine, recipe!, images);
  const web = await openWeb();
  const admin = callAs(() => web.url, web.adminToken);
  writeFileSync(join(web.home, 'secret.key'), web.ctx.store.key.toString('hex'));
  const { app } = await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, 'shop');
  const dir = join(web.home, 'backups');
  let child: ChildProcess | null = null;

  async function call<T = Shown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await admin(method, path, body);
    expect([200, 201], `${method} ${path}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
    return answer.body as T;
  }
  const show = (id: string) => call('GET', `/client/v11/apps/shop/transfers/${id}?verbose=true`);

  function start(): void {
    const env = {
      ...process.env,
      SLIPWAY_HOME: web.home,
      SLIPWAY_HOME_ID: homeId,
      SLIPWAY_IMAGES: JSON.stringify({ [recipe!.stack]: images }),
      DATABASE_URL: web.stores.databaseUrl,
      REDIS_URL: web.stores.redisUrl,
    };
    child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  async function close(addonId?: string): Promise<void> {
    child?.kill('SIGKILL');
    await web.stop();
    await removeDockerObjects(engine, homeId);
    const volume = addonId === undefined ? undefined : engine.getVolume(`slipway-addon-${addonId}`);
    await volume?.remove({ force: true }).catch(() => undefined);
  }
  const closing = (error: unknown) => close().then(() => Promise.reject(error));

  process.once('exit', () => child?.kill('SIGKILL'));
  start();
  const addon = await anAddon().catch(closing);
  const { DATABASE } = namesOf(addon.id);

  async function anAddon(): Promise<{ id: string }> {
    await untilSo('the service is offered', async () => (await admin('GET', '/addon-services/heroku-postgresql')).status === 200);
    const app = (await findApp(web.ctx.store, 'shop'))!;
    const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
    const made = await createAddon(web.ctx, { app, user, plan: 'heroku-postgresql:essential-0', options: {}, apiUrl: web.url });
    await untilSo('the database is there', async () => (await findAddon(web.ctx.store, made.id))?.state === 'provisioned');
    return made;
  }

  return {
    web,
    admin,
    appId: app.id,
    addonId: addon.id,
    database: DATABASE,
    dir,
    files: () => readdirSync(dir),
    call,
    async sql(text, database = DATABASE) {
      const command = ['psql', '-h', '/tmp', '-v', 'ON_ERROR_STOP=1', '-qXAt', database, '-c', text];
      const { status, stdout, stderr } = await runInService(engine, addon.id, { command });
      if (status !== 0) throw new Error(stderr);
      return stdout.trimEnd();
    },
    capture: () => call('POST', `/client/v11/databases/${addon.id}/backups`),
    async ended(id) {
      await untilSo(`${id} has ended`, async () => (await show(id)).finished_at !== null);
      return show(id);
    },
    log: async () => (await readBatches(web.ctx.bus, app.id)).map(({ text }) => text).join('\n'),
    async kill() {
      const gone = once(child!, 'exit');
      child!.kill('SIGKILL');
      await gone;
    },
    start,
    close: () => close(addon.id),
  };
}
