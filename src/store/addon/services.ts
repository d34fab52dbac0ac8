// Services that providers offer, with their plans.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import { seal, unseal } from '../../lib/seal.js';
import type { Plan } from '../../model/addon/addon.js';
import type { Environment, Manifest, ProviderSecrets } from '../../model/addon/manifest.js';
import { inTransaction, type Store } from '../open-store.js';

export interface Service {
  id: string;
  name: string;
  environment: Environment;
  manifest: Manifest;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = ['id', 'name', 'environment', 'manifest', 'createdAt', 'updatedAt'] as const;

/** Adds a service, or takes over what its new manifest says; plans that this no longer names are offered no more. */
export function saveService(store: Store, o: { manifest: Manifest; environment: Environment; secrets: ProviderSecrets }): Promise<Service> {
  return inTransaction(store, async ({ db, key }) => {
    const kept = {
      environment: o.environment,
      manifest: JSON.stringify(o.manifest),
      secretsSealed: seal(key, JSON.stringify(o.secrets)),
    };
    const service = await db
      .insertInto('addonServices')
      .values({ name: o.manifest.id, ...kept })
      .onConflict((oc) => oc.column('name').doUpdateSet({ ...kept, updatedAt: sql<Date>`now()` }))
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    await db.updateTable('addonPlans').set({ isOffered: false, isDefault: false }).where('serviceId', '=', service.id).execute();
    for (const { name, ...plan } of o.manifest.plans) {
      const row = { ...plan, isOffered: true };
      await db
        .insertInto('addonPlans')
        .values({ ...row, serviceId: service.id, name: `${o.manifest.id}:${name}` })
        .onConflict((oc) => oc.column('name').doUpdateSet({ ...row, updatedAt: sql<Date>`now()` }))
        .execute();
    }
    return service;
  });
}

export function listServices({ db }: Store): Promise<Service[]> {
  return db.selectFrom('addonServices').select(COLUMNS).orderBy('name').execute();
}

/** By name or id. */
export function findService({ db }: Store, ref: string): Promise<Service | undefined> {
  return db
    .selectFrom('addonServices')
    .select(COLUMNS)
    .where(isUuid(ref) ? 'id' : 'name', '=', ref)
    .executeTakeFirst();
}

/** Its password, salt and client secret. */
export async function readSecrets({ db, key }: Store, serviceId: string): Promise<ProviderSecrets> {
  const row = await db.selectFrom('addonServices').select('secretsSealed').where('id', '=', serviceId).executeTakeFirstOrThrow();
  return JSON.parse(unseal(key, row.secretsSealed)) as ProviderSecrets;
}

/** Removes a service; false while a provider has something of it. */
export function deleteService(store: Store, id: string): Promise<boolean> {
  return inTransaction(store, async ({ db }) => {
    // Whoever creates one at this moment comes before or after, not between.
    await db.selectFrom('addonServices').select('id').where('id', '=', id).forUpdate().execute();
    const used = await db
      .selectFrom('addons')
      .select('id')
      .where('serviceId', '=', id)
      .where('state', '<>', 'deprovisioned')
      .executeTakeFirst();
    if (used) return false;
    await db.deleteFrom('addons').where('serviceId', '=', id).execute();
    await db.deleteFrom('addonServices').where('id', '=', id).execute();
    return true;
  });
}

/** All plans, or those of a service, that may be chosen. */
export function listPlans({ db }: Store, serviceId?: string): Promise<Plan[]> {
  const offered = db.selectFrom('addonPlans').selectAll().where('isOffered', '=', true).orderBy('cents').orderBy('name');
  return (serviceId ? offered.where('serviceId', '=', serviceId) : offered).execute();
}

/** By name (`acme:basic`; `acme` is its default) or id. */
export async function findPlan({ db }: Store, ref: string): Promise<Plan | undefined> {
  if (isUuid(ref)) return db.selectFrom('addonPlans').selectAll().where('id', '=', ref).executeTakeFirst();
  const offered = db.selectFrom('addonPlans').selectAll('addonPlans').where('isOffered', '=', true);
  if (ref.includes(':')) return offered.where('addonPlans.name', '=', ref).executeTakeFirst();
  return offered
    .innerJoin('addonServices', 'addonServices.id', 'addonPlans.serviceId')
    .where('addonServices.name', '=', ref)
    .where('isDefault', '=', true)
    .executeTakeFirst();
}
