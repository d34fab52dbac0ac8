// The row of a one-off dyno, made in the transaction of whoever wants one: of somebody who runs a command, or of a schedule.
import { randomInt } from 'node:crypto';
import type { App } from '../../model/app.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Dyno } from '../../model/dyno.js';
import { PlatformError } from '../../model/errors.js';
import { sleepsAs } from '../../model/run/sleep.js';
import { lockApp } from '../../store/app/apps.js';
import { listDynos } from '../../store/app/dynos.js';
import { insertOneOff } from '../../store/app/one-offs.js';
import { readWants, type AppWants } from '../../store/app/wanted.js';
import type { Store } from '../../store/open-store.js';
import { checkFits, sizeOf } from '../app/size-of.js';
import type { Context } from '../context.js';
import { holdQuota, type Quota } from '../people/hold-quota.js';

export interface DynoWish {
  command: string;
  attach: boolean;
  hasTty: boolean;
  env: ConfigVars;
  size?: string | undefined;
  type: string;
  timeToLiveS?: number | undefined;
}

/** Four digits, as Heroku has them: no formation counts so far. */
const NUMBERS = { from: 1_000, to: 10_000 };
const PORTS = { from: 10_000, to: 32_000 };

/** An app whose dynos sleep runs its one-off dynos at that size, too, as Heroku does with Eco. */
function sleepingOne({ sizes }: Pick<Context, 'sizes'>, formation: AppWants['formation']): { size: string } | undefined {
  return formation.find(({ type, size }) => type === 'web' && sleepsAs(size, sizes)) ?? formation.find(({ size }) => sleepsAs(size, sizes));
}

/** Locks what a new dyno depends on, in the order that all have; to be called first in a transaction. Throws `not_found`. */
export async function holdApp(store: Store, ctx: Pick<Context, 'quotas'>, app: Pick<App, 'id' | 'ownerId'>): Promise<Quota> {
  const quota = await holdQuota(store, ctx.quotas, 'dynos', app.ownerId);
  if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
  return quota;
}

/** Makes the row, with the app held; the dyno manager starts it. Throws `invalid_params` before anything is written. */
export async function makeDyno(store: Store, ctx: Context, o: { appId: string; quota: Quota }, wish: DynoWish): Promise<Dyno> {
  await o.quota.check(1);
  const [wants] = await readWants(store, o.appId);
  if (!wants) throw new PlatformError('invalid_params', 'There is nothing to run yet: deploy the app first, with git push.');
  return insertRow(store, ctx, wants, wish);
}

async function insertRow(store: Store, ctx: Context, { app, release, formation }: AppWants, wish: DynoWish): Promise<Dyno> {
  const taken = new Set((await listDynos(store, { appId: app.id })).map((row) => row.name));
  let number = randomInt(NUMBERS.from, NUMBERS.to);
  while (taken.has(`${wish.type}.${number}`)) number = randomInt(NUMBERS.from, NUMBERS.to);
  const size = sizeOf(ctx, wish.size, formation.find(({ type }) => type === wish.type) ?? sleepingOne(ctx, formation));
  await checkFits(ctx, size);
  const name = { appId: app.id, name: `${wish.type}.${number}`, type: wish.type, number, command: wish.command, size: size.name };
  const life = {
    state: 'starting',
    node: '',
    containerId: null,
    host: null,
    port: randomInt(PORTS.from, PORTS.to),
    crashes: 0,
    restartAt: null,
  } as const;
  const endsAt = wish.attach || wish.timeToLiveS === undefined ? null : new Date(Date.now() + wish.timeToLiveS * 1000);
  return insertOneOff(store, { ...name, ...life, releaseId: release.id, releaseVersion: release.version }, { ...wish, endsAt });
}
