// How apps have add-ons: each under a name of the app's.
import { sql } from 'kysely';
import type { Attachment } from '../../model/addon/addon.js';
import { OWN_PROVIDERS } from '../../model/addon/own-services.js';
import type { VisibleApps } from '../../model/may.js';
import type { ReleasedAttachment } from '../../model/release.js';
import { selectSeen } from '../people/seen-apps.js';
import type { Store } from '../open-store.js';

type NewAttachment = Pick<Attachment, 'appId' | 'addonId' | 'name'> & { id?: string; namespace?: string | null };

export function insertAttachment({ db }: Store, attachment: NewAttachment): Promise<Attachment> {
  return db.insertInto('addonAttachments').values(attachment).returningAll().executeTakeFirstOrThrow();
}

export async function deleteAttachment({ db }: Store, id: string): Promise<boolean> {
  const done = await db.deleteFrom('addonAttachments').where('id', '=', id).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

export function findAttachment({ db }: Store, id: string): Promise<Attachment | undefined> {
  return db.selectFrom('addonAttachments').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Of all apps, or of one app or add-on; by name. */
export function listAttachments({ db }: Store, of: { appId?: string; addonId?: string } = {}): Promise<Attachment[]> {
  let query = db.selectFrom('addonAttachments').selectAll().orderBy('name').orderBy('id');
  const { appId, addonId } = of;
  if (appId) query = query.where('appId', '=', appId);
  if (addonId) query = query.where('addonId', '=', addonId);
  return query.execute();
}

/** Those of the apps that somebody may see; of one add-on, where it is named. By name. */
export function listSeenAttachments(store: Store, visible: VisibleApps, addonId?: string): Promise<Attachment[]> {
  const query = store.db
    .selectFrom('addonAttachments')
    .selectAll()
    .where('appId', 'in', selectSeen(store, visible, ['id']))
    .orderBy('name')
    .orderBy('id');
  return (addonId === undefined ? query : query.where('addonId', '=', addonId)).execute();
}

/** An app's as a release notes them. */
export function releasedAttachments({ db }: Store, appId: string): Promise<ReleasedAttachment[]> {
  return db
    .selectFrom('addonAttachments')
    .innerJoin('addons', 'addons.id', 'addonAttachments.addonId')
    .innerJoin('addonPlans', 'addonPlans.id', 'addons.planId')
    .select([
      'addonAttachments.id',
      'addonAttachments.name',
      'addonAttachments.namespace',
      'addons.id as addonId',
      'addons.name as addonName',
      'addonPlans.name as plan',
    ])
    .where('addonAttachments.appId', '=', appId)
    .orderBy('addonAttachments.name')
    .execute();
}

/** Which apps, or this one, may reach which add-ons of the platform's own: attached, and not on their way out. */
export function listReach({ db }: Store, appId?: string): Promise<{ appId: string; addonId: string }[]> {
  const query = db
    .selectFrom('addonAttachments')
    .innerJoin('addons', 'addons.id', 'addonAttachments.addonId')
    .innerJoin('addonServices', 'addonServices.id', 'addons.serviceId')
    .where(sql<string>`addon_services.manifest->'test'->>'baseUrl'`, 'like', `http://${OWN_PROVIDERS}/%`)
    .where('addons.state', 'in', ['provisioning', 'provisioned'])
    .select(['addonAttachments.appId', 'addonAttachments.addonId']);
  return (appId === undefined ? query : query.where('addonAttachments.appId', '=', appId)).execute();
}

/** Where an app and another one share an add-on: this app's attachments of the other's, and the other's of this app's. */
export function sharedAttachments({ db }: Store, appId: string): Promise<{ name: string; appName: string; otherOwnerId: string }[]> {
  return db
    .selectFrom('addonAttachments')
    .innerJoin('addons', 'addons.id', 'addonAttachments.addonId')
    .innerJoin('apps as attached', 'attached.id', 'addonAttachments.appId')
    .innerJoin('apps as billed', 'billed.id', 'addons.appId')
    .whereRef('attached.id', '<>', 'billed.id')
    .where((eb) => eb.or([eb('attached.id', '=', appId), eb('billed.id', '=', appId)]))
    .select(['addonAttachments.name', 'attached.name as appName'])
    .select((eb) =>
      eb.case().when('attached.id', '=', appId).then(eb.ref('billed.ownerId')).else(eb.ref('attached.ownerId')).end().as('otherOwnerId'),
    )
    .orderBy('addonAttachments.name')
    .execute();
}
