// Running a command in a dyno of its own, once, on what the app's current release is made of.
import { randomBytes } from 'node:crypto';
import { hashToken } from '../../lib/seal.js';
import type { App } from '../../model/app.js';
import { isReleaseCommand, type Dyno } from '../../model/dyno.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { COME_WITHIN_MS } from '../../model/run/one-off.js';
import type { Caller, User } from '../../model/user.js';
import { insertAttachSession } from '../../store/app/attach-sessions.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdApp, makeDyno, type DynoWish } from './make-dyno.js';

export interface Run {
  dyno: Dyno;
  /** By which one client may come; null for a detached one. */
  secret: string | null;
}

/** Makes the dyno; the dyno manager starts it. Throws `not_found`, `invalid_params`. */
export async function runDyno(ctx: Context, app: App, user: User, by: Caller, wish: DynoWish): Promise<Run> {
  if (isReleaseCommand(wish.type))
    throw new PlatformError('invalid_params', 'The process type release runs when there is a new release, and only then.');
  const secret = wish.attach ? randomBytes(32).toString('base64url') : null;
  const dyno = await inTransaction(ctx.store, async (store) => {
    const quota = await holdApp(store, ctx, app);
    const row = await makeDyno(store, ctx, { appId: app.id, quota }, wish);
    const session = { command: null, hasTty: wish.hasTty, env: {}, by, expiresAt: new Date(Date.now() + COME_WITHIN_MS) };
    if (secret !== null) await insertAttachSession(store, { ...session, secretHash: hashToken(secret), dynoId: row.id });
    return row;
  });
  ctx.lines.write(app.id, apiLine(Date.now(), `Starting process with command \`${wish.command}\` by user ${user.email}`));
  await ctx.bus.publish('one-offs-changed', { appId: app.id });
  return { dyno, secret };
}
