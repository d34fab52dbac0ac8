// An app's log is sent somewhere else, too, from now on; logplex is told at once.
import { beginPlace } from '../../bus/drain-places.js';
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { MOST_DRAINS, originOf, type LogDrain } from '../../model/logs/drain.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { countLogDrains, insertLogDrain } from '../../store/app/log-drains.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { checkDrainUrl } from './check-drain-url.js';

interface NewDrain {
  app: App;
  user: User;
  url: string;
  fetchAllow: readonly string[];
}

/** Adds it. Throws `invalid_params` for a URL that can't be, that the app has already, or one too many. */
export async function addDrain(ctx: Context, { app, user, url, fetchAllow }: NewDrain): Promise<LogDrain> {
  checkDrainUrl(url, fetchAllow);
  const added = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    if ((await countLogDrains(store, app.id)) >= MOST_DRAINS)
      throw new PlatformError('invalid_params', `An app has ${MOST_DRAINS} log drains at most. Remove one that it doesn't need any more.`);
    const made = await insertLogDrain(store, { appId: app.id, url });
    if (!made) throw new PlatformError('invalid_params', 'Url has already been taken');
    return made;
  });
  await beginPlace(ctx.bus, added);
  await ctx.bus.publish('drains-changed', { appId: app.id });
  ctx.lines.write(app.id, apiLine(Date.now(), `Add log drain ${originOf(url)} by user ${user.email}`));
  return added;
}
