// Attaching an add-on to an app under a name of the app's, and taking it off again.
import { MOST_ADDONS, type Addon, type Attachment } from '../../model/addon/addon.js';
import { credentialOf } from '../../model/addon/credential.js';
import { attachmentName, defaultAttachmentName } from '../../model/addon/naming.js';
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import type { Release } from '../../model/release.js';
import type { User } from '../../model/user.js';
import { deleteAttachment, insertAttachment, listAttachments } from '../../store/addon/attachments.js';
import { findAddon, lockAddon } from '../../store/addon/addons.js';
import { configOfAttachment, hasCredential } from '../../store/addon/credentials.js';
import { findService } from '../../store/addon/services.js';
import { lockApp } from '../../store/app/apps.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { addRelease } from '../release/add-release.js';
import { tellRelease } from '../release/tell-release.js';
import { bringVars, takeVars } from './attached-apps.js';
import { isOfSameOwner } from './is-of-same-owner.js';

interface Wished {
  app: App;
  user: User;
  addon: Addon;
  name?: string | undefined;
  /** `credential:readers` */
  namespace?: string | null | undefined;
  confirm?: string | undefined;
}

/**
 * Attaches an add-on to one more app, or under one more name. Throws `confirmation_required` where the name is another's, and
 * `invalid_params` for an app of another owner: whoever works on both would take home what stays when they are let out.
 */
export async function attachAddon(ctx: Context, o: Wished): Promise<Attachment> {
  const service = await findService(ctx.store, o.addon.serviceId);
  if (!service) throw new PlatformError('not_found', "Couldn't find that add-on service.");
  if (!service.manifest.isShared && o.addon.appId !== o.app.id)
    throw new PlatformError('invalid_params', `Add-ons of ${service.name} can't be shared between apps.`);
  const { prefix, id } = service.manifest;
  const { attachment, release } = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, o.app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const addon = await lockAddon(store, o.addon.id);
    if (addon?.state !== 'provisioned' && addon?.state !== 'provisioning')
      throw new PlatformError('not_found', "Couldn't find that add-on.");
    if (o.user.role !== 'admin' && !(await isOfSameOwner(store, o.app.id, addon)))
      throw new PlatformError(
        'invalid_params',
        `${addon.name} belongs to an app of another owner than ${o.app.name}: they can't share it.`,
      );
    if (!(await hasCredential(store, addon.id, o.namespace ?? null)))
      throw new PlatformError(
        'not_found',
        `${addon.name} has no credential ${credentialOf(o.namespace ?? null)}: make it with pg:credentials:create.`,
      );
    const taken = await attachmentNames(store, o.app.id);
    const name =
      o.name === undefined ? defaultAttachmentName({ service: id, prefix }, (each) => taken.includes(each)) : attachmentName(o.name);
    const made = await makeAttachment(store, { ...o, name, isSilent: true });
    if (addon.state === 'provisioned')
      await bringVars(store, made.attachment, { prefix, config: await configOfAttachment(store, made.attachment) });
    const description = `Attach ${name} (@ref:${addon.name})`;
    return { attachment: made.attachment, release: await addRelease(store, { appId: o.app.id, userId: o.user.id, description }) };
  });
  await tellRelease(ctx, release, o.user);
  return attachment;
}

/** Takes an attachment off. Throws `invalid_params` for the last one of the app that the add-on is billed to. */
export async function detachAddon(
  ctx: Context,
  { app, user, attachment }: { app: App; user: User; attachment: Attachment },
): Promise<void> {
  const release = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const addon = await findAddon(store, attachment.addonId);
    const others = (await listAttachments(store, { addonId: attachment.addonId, appId: app.id })).filter(({ id }) => id !== attachment.id);
    if (addon?.appId === app.id && others.length === 0)
      throw new PlatformError(
        'invalid_params',
        `Cannot destroy last attachment to billing app ${app.name}: destroy ${addon.name} instead.`,
      );
    await takeVars(store, attachment);
    if (!(await deleteAttachment(store, attachment.id))) throw new PlatformError('not_found', "Couldn't find that add-on attachment.");
    const description = `Detach ${attachment.name} (@ref:${addon?.name})`;
    return addRelease(store, { appId: app.id, userId: user.id, description });
  });
  await tellRelease(ctx, release, user);
}

/** Names of an app's attachments. */
export async function attachmentNames(store: Store, appId: string): Promise<string[]> {
  return (await listAttachments(store, { appId })).map(({ name }) => name);
}

interface NewAttachment extends Wished {
  name: string;
  /** No release is made of one that gives way. */
  isSilent?: boolean;
}

/**
 * The attachment, in place of another of that name where the app's name confirms it. What that had brought goes, with a release.
 * To be called with the app's row locked.
 */
export async function makeAttachment(store: Store, o: NewAttachment): Promise<{ attachment: Attachment; released: Release | null }> {
  const all = await listAttachments(store, { appId: o.app.id });
  const present = all.find(({ name }) => name === o.name);
  if (present && o.confirm !== o.app.name)
    throw new PlatformError(
      'confirmation_required',
      `${o.name} is an attachment of another add-on of ${o.app.name}: confirm with the app's name.`,
    );
  if (!present && all.length >= MOST_ADDONS)
    throw new PlatformError('invalid_params', `An app has ${MOST_ADDONS} attachments at most. Detach some that it doesn't need any more.`);
  let released: Release | null = null;
  if (present) {
    const other = await findAddon(store, present.addonId);
    const hadVars = await takeVars(store, present);
    await deleteAttachment(store, present.id);
    const description = `Detach ${present.name} (@ref:${other?.name})`;
    if (hadVars && !o.isSilent) released = await addRelease(store, { appId: o.app.id, userId: o.user.id, description });
  }
  return {
    attachment: await insertAttachment(store, { appId: o.app.id, addonId: o.addon.id, name: o.name, namespace: o.namespace ?? null }),
    released,
  };
}
