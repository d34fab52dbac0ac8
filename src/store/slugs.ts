import { sql } from 'kysely';
import type { Slug } from '../model/slug.js';
import type { Store } from './open-store.js';

type NewSlug = Omit<Slug, 'id' | 'base' | 'container' | 'createdAt' | 'updatedAt'> & Partial<Pick<Slug, 'base' | 'container'>>;

export function insertSlug({ db }: Store, { base = [], container = null, ...slug }: NewSlug): Promise<Slug> {
  return db.insertInto('slugs').values({ ...slug, base: JSON.stringify(base), container: container && JSON.stringify(container), processTypes: JSON.stringify(slug.processTypes) }).returningAll().executeTakeFirstOrThrow();
}

export function findSlug({ db }: Store, id: string): Promise<Slug | undefined> {
  return db.selectFrom('slugs').selectAll().where(sql<string>`id::text`, '=', id).executeTakeFirst();
}

/** Says what the archive of a slug is that was described before it was uploaded. False when it is known already. */
export async function completeSlug({ db }: Store, id: string, archive: Pick<Slug, 'digest' | 'diffId' | 'size'>): Promise<boolean> {
  const row = await db.updateTable('slugs').set({ ...archive, updatedAt: sql<Date>`now()` }).where('id', '=', id).where('diffId', '=', '').returning('id').executeTakeFirst();
  return row !== undefined;
}

/** An app's newest slug. */
export function latestSlug({ db }: Store, appId: string): Promise<Slug | undefined> {
  return db.selectFrom('slugs').selectAll().where('appId', '=', appId).where('diffId', '!=', '').orderBy('createdAt', 'desc').limit(1).executeTakeFirst();
}

/** The newest slug of all apps on a stack of ours. */
export function newestSlug({ db }: Store, stack: string): Promise<Slug | undefined> {
  return db.selectFrom('slugs').selectAll().where('stack', '=', stack).where('container', 'is', null).where('diffId', '!=', '').orderBy('createdAt', 'desc').limit(1).executeTakeFirst();
}

/** Whether any app still has a slug with this digest, or one that rests on a layer with it. */
export async function isSlugKept({ db }: Store, digest: string): Promise<boolean> {
  const rests = sql<boolean>`base @> ${JSON.stringify([{ digest }])}::jsonb`;
  return (await db.selectFrom('slugs').select('id').where((eb) => eb.or([eb('digest', '=', digest), rests])).limit(1).executeTakeFirst()) !== undefined;
}
