// A new app: its row, and the two releases every Heroku app begins with.
import { checkAppName, generateAppName, type App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { DEFAULT_STACK, findStack } from '../../model/build/stack.js';
import { PERMISSIONS } from '../../model/people/access.js';
import type { User } from '../../model/user.js';
import { findApp, insertApp, updateApp } from '../../store/app/apps.js';
import { insertCollaborator } from '../../store/people/collaborators.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';
import { addRelease } from '../release/add-release.js';

interface NewApp {
  user: User;
  /** The team that it is to belong to, as an owner; without, it is the user's own. */
  team?: User | undefined;
  /** Whether it begins locked. */
  locked?: boolean | undefined;
  name?: string | undefined;
  stack?: string | undefined;
}

/**
 * Creates an app owned by the user, or by a team: then whoever makes it may do everything with it. Throws `invalid_params`
 * for a name that is wrong or taken, an unknown stack, or one app too many.
 */
export async function createApp(ctx: Context, o: NewApp): Promise<App> {
  if (o.name !== undefined) checkAppName(o.name);
  const stack = findStack(o.stack ?? DEFAULT_STACK);
  if (!stack) throw new PlatformError('invalid_params', `Stack ${JSON.stringify(o.stack)} does not exist; see GET /stacks.`);
  const owner = o.team ?? o.user;
  const app = await inTransaction(ctx.store, async (store) => {
    await (await holdQuota(store, ctx.quotas, 'apps', owner.id)).check(1);
    const inserted = await insertNamed(store, { name: o.name, ownerId: owner.id, stack: stack.name });
    if (o.team) {
      await insertCollaborator(store, { appId: inserted.id, userId: o.user.id, permissions: [...PERMISSIONS] });
      if (o.locked) await updateApp(store, inserted.id, { locked: true });
    }
    const release = { appId: inserted.id, userId: o.user.id, slug: null, status: 'succeeded' } as const;
    await addRelease(store, { ...release, description: 'Initial release' });
    await addRelease(store, { ...release, description: 'Enable Logplex' });
    return (await findApp(store, inserted.id)) ?? inserted;
  });
  ctx.lines.write(app.id, apiLine(Date.now(), `Initial release by user ${o.user.email}`));
  ctx.lines.write(app.id, apiLine(Date.now(), `Release v2 created by user ${o.user.email}`));
  await ctx.bus.publish('app-created', { appId: app.id, stack: stack.name });
  await ctx.bus.publish('route-changed', { appId: app.id });
  return app;
}

async function insertNamed(store: Store, o: { name: string | undefined; ownerId: string; stack: string }): Promise<App> {
  for (;;) {
    const name = o.name ?? generateAppName(Math.random);
    const app = await insertApp(store, { name, ownerId: o.ownerId, stack: o.stack, buildStack: o.stack });
    if (app) return app;
    if (o.name !== undefined) throw new PlatformError('invalid_params', `Name ${o.name} is already taken`);
  }
}
