// Running a command in a dyno of its own, once, on what the app's current release is made of.
import { randomBytes, randomInt } from 'node:crypto';
import { hashToken } from '../../lib/seal.js';
import type { App } from '../../model/app.js';
import type { ConfigVars } from '../../model/config-vars.js';
import { checkFits, sizeOf } from '../app/size-of.js';
import { isReleaseCommand, type Dyno } from '../../model/dyno.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { COME_WITHIN_MS } from '../../model/run/one-off.js';
import { sleepsAs } from '../../model/run/sleep.js';
import type { Caller, User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { insertAttachSession } from '../../store/app/attach-sessions.js';
import { listDynos } from '../../store/app/dynos.js';
import { insertOneOff } from '../../store/app/one-offs.js';
import { readWants, type AppWants } from '../../store/app/wanted.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';

export interface RunWish {
  command: string;
  attach: boolean;
  hasTty: boolean;
  env: ConfigVars;
  size?: string | undefined;
  type: string;
  timeToLiveS?: number | undefined;
}

export interface Run {
  dyno: Dyno;
  /** By which one client may come; null for a detached one. */
  secret: string | null;
}

/** An app whose dynos sleep runs its one-off dynos at that size, too, as Heroku does with Eco. */
function sleepingOne({ sizes }: Pick<Context, 'sizes'>, formation: AppWants['formation']): { size: string } | undefined {
  return formation.find(({ type, size }) => type === 'web' && sleepsAs(size, sizes)) ?? formation.find(({ size }) => sleepsAs(size, sizes));
}

/** Four digits, as Heroku has them: no formation counts so far. */
const NUMBERS = { from: 1_000, to: 10_000 };
const PORTS = { from: 10_000, to: 32_000 };

/** Makes the dyno; the dyno manager starts it. Throws `not_found`, `invalid_params`. */
export async function runDyno(ctx: Context, app: App, user: User, by: Caller, wish: RunWish): Promise<Run> {
  if (isReleaseCommand(wish.type))
    throw new PlatformError('invalid_params', 'The process type release runs when there is a new release, and only then.');
  const secret = wish.attach ? randomBytes(32).toString('base64url') : null;
  const dyno = await inTransaction(ctx.store, async (store) => {
    const quota = await holdQuota(store, ctx.quotas, 'dynos', app.ownerId);
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    await quota.check(1);
    const [wants] = await readWants(store, app.id);
    if (!wants) throw new PlatformError('invalid_params', 'There is nothing to run yet: deploy the app first, with git push.');
    const row = await insertRow(store, ctx, wants, wish);
    const session = { command: null, hasTty: wish.hasTty, env: {}, by, expiresAt: new Date(Date.now() + COME_WITHIN_MS) };
    if (secret !== null) await insertAttachSession(store, { ...session, secretHash: hashToken(secret), dynoId: row.id });
    return row;
  });
  ctx.lines.write(app.id, apiLine(Date.now(), `Starting process with command \`${wish.command}\` by user ${user.email}`));
  await ctx.bus.publish('one-offs-changed', { appId: app.id });
  return { dyno, secret };
}

async function insertRow(store: Store, ctx: Context, { app, release, formation }: AppWants, wish: RunWish): Promise<Dyno> {
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
