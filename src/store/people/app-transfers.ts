// Apps that were offered to somebody.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Page, Range } from '../../model/page.js';
import type { AppTransfer } from '../../model/people/team.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = { id: { column: 'id', kind: 'uuid' }, created_at: { column: 'createdAt', kind: 'time' } };

/** Offers an app to a user; an offer that was open is declined by it. */
export async function insertTransfer(
  store: Store,
  one: Pick<AppTransfer, 'appId' | 'ownerId' | 'recipientId' | 'byId'> & Partial<Pick<AppTransfer, 'state'>>,
): Promise<AppTransfer> {
  await declineTransfers(store, one.appId);
  return store.db
    .insertInto('appTransfers')
    .values({ state: 'pending', ...one })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What was offered of an app is offered no more. */
export function declineTransfers({ db }: Store, appId: string): Promise<unknown> {
  const open = db.updateTable('appTransfers').where('appId', '=', appId).where('state', '=', 'pending');
  return open.set({ state: 'declined', updatedAt: sql<Date>`now()` }).execute();
}

/** Ends an offer; undefined where it has ended. */
export function settleTransfer({ db }: Store, id: string, state: 'accepted' | 'declined'): Promise<AppTransfer | undefined> {
  return db
    .updateTable('appTransfers')
    .set({ state, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .returningAll()
    .executeTakeFirst();
}

/** By id, one that a user has made, or that is made to them; null is any. */
export async function findTransfer({ db }: Store, id: string, userId: string | null): Promise<AppTransfer | undefined> {
  if (!isUuid(id)) return undefined;
  const query = db.selectFrom('appTransfers').selectAll().where('id', '=', id);
  return (
    userId === null ? query : query.where((eb) => eb.or([eb('byId', '=', userId), eb('recipientId', '=', userId)]))
  ).executeTakeFirst();
}

/** A part of the list of what a user has offered, and was offered; of these apps, null is of all. */
export function pageOfTransfers({ db }: Store, userId: string, appIds: readonly string[] | null, range: Range): Promise<Page<AppTransfer>> {
  const all = db.selectFrom('appTransfers').selectAll();
  const query = appIds === null ? all : all.where(sql<string>`app_id::text`, 'in', ['', ...appIds]);
  return readPage(
    query.where((eb) => eb.or([eb('byId', '=', userId), eb('recipientId', '=', userId)])),
    range,
    SORTED_BY,
  );
}
