import { sql } from 'kysely';
import type { App } from '../../model/app.js';
import type { Slug, SlugLayer } from '../../model/build/slug.js';
import type { Store } from '../open-store.js';

type Optional = 'base' | 'container' | 'checksum' | 'cron';
type NewSlug = Omit<Slug, 'id' | 'archiveDigest' | 'archiveSize' | 'createdAt' | 'updatedAt' | Optional> & Partial<Pick<Slug, Optional>>;

export function insertSlug({ db }: Store, { base = [], container = null, checksum = null, cron = [], ...slug }: NewSlug): Promise<Slug> {
  return db
    .insertInto('slugs')
    .values({
      ...slug,
      checksum,
      archiveDigest: null,
      archiveSize: null,
      base: JSON.stringify(base),
      cron: JSON.stringify(cron),
      container: container && JSON.stringify(container),
      processTypes: JSON.stringify(slug.processTypes),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function findSlug({ db }: Store, id: string): Promise<Slug | undefined> {
  return db
    .selectFrom('slugs')
    .selectAll()
    .where(sql<string>`id::text`, '=', id)
    .executeTakeFirst();
}

/** Holds a slug until the transaction ends: nobody forgets it meanwhile. Undefined when it is gone. */
export function holdSlug({ db }: Store, id: string): Promise<Slug | undefined> {
  return db.selectFrom('slugs').selectAll().where('id', '=', id).forKeyShare().executeTakeFirst();
}

/** The apps that have a slug: the one it was made for, and those that have released it. */
export function appsOfSlug({ db }: Store, slug: Pick<Slug, 'id' | 'appId'>): Promise<Pick<App, 'id' | 'ownerId' | 'locked'>[]> {
  const releasing = db.selectFrom('releases').select('appId').where('slugId', '=', slug.id);
  return db
    .selectFrom('apps')
    .select(['id', 'ownerId', 'locked'])
    .where((eb) => eb.or([eb('id', 'in', releasing), ...(slug.appId ? [eb('id', '=', slug.appId)] : [])]))
    .execute();
}

/** Notes what the whole archive of a slug was found to be. */
export function saveArchive({ db }: Store, id: string, archive: { digest: string; size: number }): Promise<unknown> {
  return db.updateTable('slugs').set({ archiveDigest: archive.digest, archiveSize: archive.size }).where('id', '=', id).execute();
}

/** Says what the archive of a slug is that was described before it was uploaded. False when it is known already. */
export async function completeSlug({ db }: Store, id: string, { base, ...archive }: SlugLayer & { base: SlugLayer[] }): Promise<boolean> {
  const change = db.updateTable('slugs').set({ ...archive, base: JSON.stringify(base), updatedAt: sql<Date>`now()` });
  const row = await change.where('id', '=', id).where('diffId', '=', '').returning('id').executeTakeFirst();
  return row !== undefined;
}

/** An app's newest slug. */
export function latestSlug({ db }: Store, appId: string): Promise<Slug | undefined> {
  return db
    .selectFrom('slugs')
    .selectAll()
    .where('appId', '=', appId)
    .where('diffId', '!=', '')
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The newest slug of all apps on a stack of ours. */
export function newestSlug({ db }: Store, stack: string): Promise<Slug | undefined> {
  return db
    .selectFrom('slugs')
    .selectAll()
    .where('stack', '=', stack)
    .where('container', 'is', null)
    .where('diffId', '!=', '')
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Whether a slug is this archive, or rests on a layer that is. What somebody only says of an upload counts for nothing. */
export async function isLayerKept({ db }: Store, digest: string): Promise<boolean> {
  const rests = sql<boolean>`base @> ${JSON.stringify([{ digest }])}::jsonb`;
  return (
    (await db
      .selectFrom('slugs')
      .select('id')
      .where((eb) => eb.or([eb('digest', '=', digest), rests]))
      .limit(1)
      .executeTakeFirst()) !== undefined
  );
}
