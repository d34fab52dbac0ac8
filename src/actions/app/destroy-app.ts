// An app goes with everything it owns; its containers follow, since the dyno manager finds no app for them.
import type { App } from '../../model/app.js';
import { deleteApp } from '../../store/app/apps.js';
import { listPendingBuilds } from '../../store/build/builds.js';
import { listAddons } from '../../store/addon/addons.js';
import { deleteLog } from '../../bus/log-lines.js';
import { beginDeprovision } from '../addon/settle.js';
import { cancelBuild } from '../build/cancel-build.js';
import type { Context } from '../context.js';

/** Destroys the app. May run twice. */
export async function destroyApp(ctx: Context, app: App): Promise<void> {
  for (const build of await listPendingBuilds(ctx.store, app.id)) {
    await cancelBuild(ctx, build, `The app ${app.name} was destroyed.`);
  }
  // Other apps that have its add-ons learn it by a release of theirs.
  for (const addon of await listAddons(ctx.store, { appId: app.id })) await beginDeprovision(ctx, addon.id);
  await deleteApp(ctx.store, app.id);
  await ctx.bus.publish('outbox-written', {});
  await ctx.bus.publish('app-destroyed', { appId: app.id });
  await ctx.bus.publish('route-changed', { appId: app.id });
  await ctx.bus.publish('cache-purged', { appId: app.id });
  await ctx.queue.enqueue('reconcile', { appId: app.id });
  // What was said of it above would come after its log.
  await ctx.lines.flush();
  await deleteLog(ctx.bus, app.id);
}
