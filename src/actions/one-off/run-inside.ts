// Running a command inside a dyno that is up.
import { randomBytes } from 'node:crypto';
import { hashToken } from '../../lib/seal.js';
import type { App } from '../../model/app.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Dyno } from '../../model/dyno.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { COME_WITHIN_MS } from '../../model/run/one-off.js';
import type { Caller, User } from '../../model/user.js';
import { insertAttachSession } from '../../store/app/attach-sessions.js';
import type { Context } from '../context.js';

/** Returns the secret by which one client may come; the command begins when it has. Throws `invalid_params`. */
export async function runInside(
  ctx: Context,
  o: { app: App; user: User; by: Caller; dyno: Dyno; command: string; env: ConfigVars; hasTty: boolean },
): Promise<string> {
  const { app, user, by, dyno, command, env, hasTty } = o;
  if (dyno.state !== 'up')
    throw new PlatformError('invalid_params', `${dyno.name} is ${dyno.state}: a command runs only inside a dyno that is up.`);
  const secret = randomBytes(32).toString('base64url');
  const session = {
    secretHash: hashToken(secret),
    dynoId: dyno.id,
    command,
    hasTty,
    env,
    by,
    expiresAt: new Date(Date.now() + COME_WITHIN_MS),
  };
  await insertAttachSession(ctx.store, session);
  ctx.lines.write(app.id, apiLine(Date.now(), `Running \`${command}\` inside ${dyno.name} by user ${user.email}`));
  return secret;
}
