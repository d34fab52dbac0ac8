import { sql } from 'kysely';
import type { Slug } from '../model/slug.js';
import type { Store } from './open-store.js';

export function insertSlug({ db }: Store, slug: Omit<Slug, 'id' | 'createdAt' | 'updatedAt'>): Promise<Slug> {
  return db.insertInto('slugs').values({ ...slug, processTypes: JSON.stringify(slug.processTypes) }).returningAll().executeTakeFirstOrThrow();
}

export function findSlug({ db }: Store, id: string): Promise<Slug | undefined> {
  return db.selectFrom('slugs').selectAll().where(sql<string>`id::text`, '=', id).executeTakeFirst();
}

/** Whether any app still has a slug with this digest. */
export async function isSlugKept({ db }: Store, digest: string): Promise<boolean> {
  return (await db.selectFrom('slugs').select('id').where('digest', '=', digest).limit(1).executeTakeFirst()) !== undefined;
}
