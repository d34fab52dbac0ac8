import { sql } from 'kysely';
import type { App } from '../../model/app.js';
import type { VisibleApps } from '../../model/may.js';
import { isUuid } from '../../lib/is-uuid.js';
import { nameInLog } from '../../lib/log.js';
import { letGoAddons } from '../addon/let-go-addons.js';
import { inTransaction, type Store } from '../open-store.js';
import type { Page, Range } from '../../model/page.js';
import { readPage, type SortKey } from '../read-page.js';
import { selectSeen } from '../people/seen-apps.js';
import { deleteUnreleased, lockSlugsOf } from '../build/slug-references.js';

const COLUMNS = [
  'id',
  'name',
  'ownerId',
  'stack',
  'buildStack',
  'maintenance',
  'acm',
  'locked',
  'buildpackProvidedDescription',
  'repoSize',
  'slugSize',
  'releasedAt',
  'createdAt',
  'updatedAt',
] as const;

/** Finds an app by name or id. */
export async function findApp({ db }: Store, ref: string): Promise<App | undefined> {
  const app = await db
    .selectFrom('apps')
    .select(COLUMNS)
    .where(isUuid(ref) ? 'id' : 'name', '=', ref)
    .executeTakeFirst();
  if (app) nameInLog(app);
  return app;
}

/** What the platform's own lines call an app: its name; its id when it is gone, or the store is away. */
export async function appName(store: Store, id: string): Promise<string> {
  const app = await findApp(store, id).catch(() => undefined);
  return app?.name ?? id;
}

/** Those of these apps that are there, by name. */
export async function findApps({ db }: Store, ids: readonly string[]): Promise<App[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('apps')
    .select(COLUMNS)
    .where('id', 'in', [...ids])
    .orderBy('name')
    .execute();
}

/** All apps, or those of one owner, by name. */
export async function listApps({ db }: Store, filter: { ownerId?: string } = {}): Promise<App[]> {
  let query = db.selectFrom('apps').select(COLUMNS).orderBy('name');
  if (filter.ownerId) query = query.where('ownerId', '=', filter.ownerId);
  const apps = await query.execute();
  apps.forEach(nameInLog);
  return apps;
}

const SORTED_BY: Record<string, SortKey> = {
  name: { column: 'name', kind: 'text' },
  id: { column: 'id', kind: 'uuid' },
  updated_at: { column: 'updatedAt', kind: 'time' },
};

/** A part of the list of the apps that somebody may see; of one owner's only, where that is said. */
export async function pageOfApps(store: Store, visible: VisibleApps, range: Range, ownerId?: string): Promise<Page<App>> {
  const query = selectSeen(store, visible, COLUMNS);
  const page = await readPage(ownerId === undefined ? query : query.where('ownerId', '=', ownerId), range, SORTED_BY);
  page.items.forEach(nameInLog);
  return page;
}

/** Inserts an app; undefined when the name is taken. */
export function insertApp({ db }: Store, app: Pick<App, 'name' | 'ownerId' | 'stack' | 'buildStack'>): Promise<App | undefined> {
  return db
    .insertInto('apps')
    .values({
      ...app,
      maintenance: false,
      buildpackProvidedDescription: null,
      repoSize: null,
      slugSize: null,
      releasedAt: null,
      configSealed: null,
    })
    .onConflict((oc) => oc.column('name').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
}

type AppChange = Partial<
  Pick<
    App,
    | 'name'
    | 'ownerId'
    | 'stack'
    | 'buildStack'
    | 'maintenance'
    | 'locked'
    | 'buildpackProvidedDescription'
    | 'repoSize'
    | 'slugSize'
    | 'releasedAt'
  >
>;

export function updateApp({ db }: Store, id: string, change: AppChange): Promise<App | undefined> {
  return db
    .updateTable('apps')
    .set({ ...change, updatedAt: new Date() })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Gives an app to another owner; undefined when it is gone, or has another by now. */
export function changeOwner(
  { db }: Store,
  { id, ownerId }: Pick<App, 'id' | 'ownerId'>,
  change: Pick<App, 'ownerId' | 'locked'>,
): Promise<App | undefined> {
  return db
    .updateTable('apps')
    .set({ ...change, updatedAt: new Date() })
    .where('id', '=', id)
    .where('ownerId', '=', ownerId)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Deletes an app with all it owns. Slugs that it made or released stay while another app's release refers to them. */
export function deleteApp(store: Store, id: string): Promise<void> {
  return inTransaction(store, async (within) => {
    if (!(await lockApp(within, id))) return;
    await letGoAddons(within, id);
    const slugs = await lockSlugsOf(within, id);
    await within.db.deleteFrom('metrics').where('appId', '=', id).execute();
    await within.db.deleteFrom('apps').where('id', '=', id).execute();
    await deleteUnreleased(within, slugs);
  });
}

/** Locks the app's row until the transaction ends: changes of one app's ledger come one after the other. */
export async function lockApp({ db }: Store, id: string): Promise<boolean> {
  const row = await db.selectFrom('apps').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return row !== undefined;
}

/** Counts up with each purge of the app's build cache: a build drops a cache of another count. */
export async function readCacheEpoch({ db }: Store, appId: string): Promise<number> {
  const row = await db.selectFrom('apps').select('cacheEpoch').where('id', '=', appId).executeTakeFirst();
  return row?.cacheEpoch ?? 0;
}

/** Makes the app's build cache void from the next build on. */
export function voidCache({ db }: Store, appId: string): Promise<unknown> {
  return db
    .updateTable('apps')
    .set({ cacheEpoch: sql<number>`cache_epoch + 1` })
    .where('id', '=', appId)
    .execute();
}
