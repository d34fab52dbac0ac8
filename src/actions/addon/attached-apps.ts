// What becomes of an add-on reaches every app that has it: their rows are locked, their config vars changed, a release made of each.
import { attachedVars } from '../../model/addon/naming.js';
import type { Addon, Attachment } from '../../model/addon/addon.js';
import { withAttachment } from '../../model/addon/owned-vars.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Release } from '../../model/release.js';
import { listAttachments } from '../../store/addon/attachments.js';
import { lockAddon } from '../../store/addon/addons.js';
import { lockApp } from '../../store/app/apps.js';
import { readOwnedVars, writeOwnedVars } from '../../store/app/config-vars.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { findUser } from '../../store/people/users.js';
import type { Context } from '../context.js';
import { addRelease } from '../release/add-release.js';
import { tellRelease } from '../release/tell-release.js';

interface Held {
  store: Store;
  /** As it is now. */
  addon: Addon;
  attachments: Attachment[];
}

/**
 * Runs `work` with the add-on and the apps that have it locked, and tells the releases that it returns; what it wrote to the outbox
 * leaves. Undefined when the add-on is gone.
 */
export async function withAddon(ctx: Context, addonId: string, work: (held: Held) => Promise<Release[]>): Promise<Addon | undefined> {
  const done = await inTransaction(ctx.store, async (store) => {
    const apps = [...new Set((await listAttachments(store, { addonId })).map(({ appId }) => appId))].toSorted();
    for (const id of apps) await lockApp(store, id);
    const addon = await lockAddon(store, addonId);
    if (!addon) return undefined;
    const attachments = await listAttachments(store, { addonId });
    for (const { appId } of attachments.filter((each) => !apps.includes(each.appId))) await lockApp(store, appId);
    return { addon, releases: await work({ store, addon, attachments }) };
  });
  if (!done) return undefined;
  await ctx.bus.publish('outbox-written', {});
  await ctx.bus.publish('addon-changed', { addonId });
  for (const release of done.releases) {
    const user = await findUser(ctx.store, release.userId);
    await tellRelease(ctx, release, { email: user?.email ?? 'somebody who is gone' });
  }
  return done.addon;
}

/** What an attachment brings into its app, put in its place; true when that changed anything. */
export async function bringVars(
  store: Store,
  attachment: Pick<Attachment, 'id' | 'appId' | 'name'>,
  o: { prefix: string; config: ConfigVars },
) {
  const before = await readOwnedVars(store, attachment.appId);
  const after = withAttachment(before, attachment.id, attachedVars({ prefix: o.prefix, name: attachment.name }, o.config));
  if (JSON.stringify(Object.entries(before).toSorted()) === JSON.stringify(Object.entries(after).toSorted())) return false;
  await writeOwnedVars(store, attachment.appId, after);
  return true;
}

/** Takes away what an attachment had brought; true when there was something. */
export function takeVars(store: Store, attachment: Pick<Attachment, 'id' | 'appId' | 'name'>): Promise<boolean> {
  return bringVars(store, attachment, { prefix: '', config: {} });
}

/** One release per app: of an add-on's own doing, so no release command runs. */
export async function releaseEach(
  store: Store,
  apps: Iterable<string>,
  o: { userId: string; describe: (appId: string) => string },
): Promise<Release[]> {
  const made = [];
  for (const appId of new Set(apps))
    made.push(await addRelease(store, { appId, userId: o.userId, description: o.describe(appId), runsCommand: false }));
  return made;
}
