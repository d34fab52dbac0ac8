// What a user has of what quotas count, and the lock under which it is counted.
import { sql } from 'kysely';
import type { Quotas } from '../../model/quotas.js';
import type { User } from '../../model/user.js';
import type { Store } from '../open-store.js';

/**
 * Holds a user until the transaction ends: of two who make things for them at once, the second counts what the first made.
 * Before any app's row is locked, or two could wait for each other.
 */
export function holdUser({ db }: Store, id: string): Promise<Pick<User, 'id' | 'role'> | undefined> {
  return db.selectFrom('users').select(['id', 'role']).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

const COUNTS = {
  apps: (ownerId: string) => sql`select count(*) from apps where owner_id = ${ownerId}`,
  dynos: (ownerId: string) => sql`
    select (select coalesce(sum(quantity), 0) from formations join apps on apps.id = app_id where owner_id = ${ownerId})
      + (select count(*) from dynos join apps on apps.id = app_id where owner_id = ${ownerId} and one_off)`,
  builds: (ownerId: string) => sql`
    select count(*) from builds join apps on apps.id = app_id where owner_id = ${ownerId} and status = 'pending'`,
  // What several slugs rest on lies there once; a layer without a key is a runtime, or of an image.
  slugsMb: (ownerId: string) => sql`
    with owned as (select slugs.* from slugs join apps on apps.id = app_id where owner_id = ${ownerId} and diff_id <> ''),
      layers as (
        select digest, size from owned
        union select layer->>'digest', (layer->>'size')::bigint from owned, jsonb_array_elements(base) layer
          where layer->>'key' is not null or container is not null
      )
    select coalesce(sum(size), 0) / 1048576 from layers`,
} as const satisfies Record<keyof Quotas, unknown>;

/** How much of a kind the apps of a user have. */
export async function readUsage({ db }: Store, kind: keyof Quotas, ownerId: string): Promise<number> {
  const { rows } = await sql<{ used: string }>`select (${COUNTS[kind](ownerId)})::float8 as used`.execute(db);
  return Number(rows[0]?.used ?? 0);
}
