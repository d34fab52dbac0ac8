// What providers keep for apps.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import { seal, unseal } from '../../lib/seal.js';
import type { Addon } from '../../model/addon/addon.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { VisibleApps } from '../../model/may.js';
import type { Page, Range } from '../../model/page.js';
import { selectSeen } from '../people/seen-apps.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

export const ADDON_COLUMNS = [
  'id',
  'name',
  'appId',
  'serviceId',
  'planId',
  'wantedPlanId',
  'state',
  'providerId',
  'message',
  'callbackUrl',
  'userId',
  'askedAt',
  'acceptedAt',
  'createdAt',
  'updatedAt',
] as const;

type NewAddon = Pick<Addon, 'name' | 'appId' | 'serviceId' | 'planId' | 'callbackUrl' | 'userId'> & { options: ConfigVars };

/** Inserts an add-on that is to be provisioned; undefined when its name is taken. */
export function insertAddon({ db, key }: Store, { options, ...addon }: NewAddon): Promise<Addon | undefined> {
  return db
    .insertInto('addons')
    .values({ ...addon, state: 'provisioning', optionsSealed: seal(key, JSON.stringify(options)) })
    .onConflict((oc) => oc.column('name').doNothing())
    .returning(ADDON_COLUMNS)
    .executeTakeFirst();
}

/** By name or id, whatever its state. */
export function findAddon({ db }: Store, ref: string): Promise<Addon | undefined> {
  return db
    .selectFrom('addons')
    .select(ADDON_COLUMNS)
    .where(isUuid(ref) ? 'id' : 'name', '=', ref)
    .executeTakeFirst();
}

/** Those that are there, or are to be: of all apps, or of one. */
export function listAddons({ db }: Store, of: { appId?: string } = {}): Promise<Addon[]> {
  let query = db.selectFrom('addons').select(ADDON_COLUMNS).where('state', 'in', ['provisioning', 'provisioned']).orderBy('name');
  if (of.appId) query = query.where('appId', '=', of.appId);
  return query.execute();
}

const SORTED_BY: Record<string, SortKey> = {
  name: { column: 'name', kind: 'text' },
  id: { column: 'id', kind: 'uuid' },
  created_at: { column: 'createdAt', kind: 'time' },
};

/** Those of the apps that somebody may see, as they are asked for. */
function selectSeenAddons(store: Store, visible: VisibleApps) {
  return store.db
    .selectFrom('addons')
    .select(ADDON_COLUMNS)
    .where('state', 'in', ['provisioning', 'provisioned'])
    .where('appId', 'in', selectSeen(store, visible, ['id']));
}

/** A part of the list of the add-ons of the apps that somebody may see. */
export function pageOfAddons(store: Store, visible: VisibleApps, range: Range): Promise<Page<Addon>> {
  return readPage(selectSeenAddons(store, visible), range, SORTED_BY);
}

/** Those of the apps that somebody may see, by name. */
export function listSeenAddons(store: Store, visible: VisibleApps): Promise<Addon[]> {
  return selectSeenAddons(store, visible).orderBy('name').execute();
}

/** Those of a service that its provider has, or may have. */
export function listAddonsOfService({ db }: Store, serviceId: string): Promise<Addon[]> {
  return db
    .selectFrom('addons')
    .select(ADDON_COLUMNS)
    .where('serviceId', '=', serviceId)
    .where('state', '<>', 'deprovisioned')
    .orderBy('name')
    .execute();
}

/** Its row, locked until the transaction ends. To be called after the locks of apps. */
export function lockAddon({ db }: Store, id: string): Promise<Addon | undefined> {
  return db.selectFrom('addons').select(ADDON_COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

type AddonChange = Partial<Pick<Addon, 'name' | 'planId' | 'wantedPlanId' | 'state' | 'providerId' | 'message' | 'askedAt' | 'acceptedAt'>>;

export function updateAddon({ db }: Store, id: string, change: AddonChange): Promise<Addon | undefined> {
  return db
    .updateTable('addons')
    .set({ ...change, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .returning(ADDON_COLUMNS)
    .executeTakeFirst();
}

/** What the provider has given, by its own names. */
export async function readAddonConfig({ db, key }: Store, id: string): Promise<ConfigVars> {
  const row = await db.selectFrom('addons').select('configSealed').where('id', '=', id).executeTakeFirst();
  return row?.configSealed ? (JSON.parse(unseal(key, row.configSealed)) as ConfigVars) : {};
}

export function writeAddonConfig({ db, key }: Store, id: string, config: ConfigVars): Promise<unknown> {
  return db
    .updateTable('addons')
    .set({ configSealed: seal(key, JSON.stringify(config)), updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** What whoever created it asked the provider for. */
export async function readAddonOptions({ db, key }: Store, id: string): Promise<ConfigVars> {
  const row = await db.selectFrom('addons').select('optionsSealed').where('id', '=', id).executeTakeFirst();
  return row?.optionsSealed ? (JSON.parse(unseal(key, row.optionsSealed)) as ConfigVars) : {};
}

/** Notes that a grant which ends then was exchanged; false when it was before. */
export async function useGrant({ db }: Store, id: string, ends: Date): Promise<boolean> {
  const done = await db
    .updateTable('addons')
    .set({ grantsUsedUntil: ends })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('grantsUsedUntil', 'is', null), eb('grantsUsedUntil', '<', ends)]))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Those that wait for a provider, for whom no message may be left: of a platform whose outbox was lost. */
export function listUnsettled({ db }: Store): Promise<Addon[]> {
  return db
    .selectFrom('addons')
    .select(ADDON_COLUMNS)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'deprovisioning'),
        eb('wantedPlanId', 'is not', null),
        eb.and([eb('state', '=', 'provisioning'), eb('acceptedAt', 'is', null)]),
      ]),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('outbox')
            .select('outbox.id')
            .where('doneAt', 'is', null)
            .where('topic', '=', 'addon')
            .where(sql<string>`payload->>'addonId'`, '=', sql<string>`addons.id::text`),
        ),
      ),
    )
    .execute();
}

/** Those that a provider accepted before this moment and has not made since. */
export function listOverdue({ db }: Store, before: Date): Promise<Addon[]> {
  return db.selectFrom('addons').select(ADDON_COLUMNS).where('state', '=', 'provisioning').where('acceptedAt', '<', before).execute();
}
