import { sql } from 'kysely';
import type { AuditChange, AuditEvent } from '../../model/audit/audit.js';
import { withItems, type Page, type Range } from '../../model/page.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  created_at: { column: 'createdAt', kind: 'time' },
  id: { column: 'id', kind: 'uuid' },
};

export type ToldEvent = AuditEvent & { changes: AuditChange[] };

/** A part of the audit log: of an app, or all of it. */
export async function pageOfAudit(store: Store, o: { appId: string | null; range: Range }): Promise<Page<ToldEvent>> {
  const { appId } = o;
  const all = store.db.selectFrom('auditEvents').selectAll();
  const own =
    appId === null
      ? all
      : all.where((eb) =>
          eb.or([eb('appId', '=', appId), eb('id', 'in', eb.selectFrom('auditChanges').select('eventId').where('appId', '=', appId))]),
        );
  const page = await readPage(own, o.range, SORTED_BY);
  return withItems(page, await withChanges(store, page.items, appId));
}

/** What else was changed by it isn't told with one app's. */
async function withChanges({ db }: Store, events: AuditEvent[], appId: string | null): Promise<ToldEvent[]> {
  if (events.length === 0) return [];
  const ids = events.map(({ id }) => id);
  const found = db.selectFrom('auditChanges').selectAll().where('eventId', 'in', ids).orderBy('id');
  const changes = await (appId === null ? found : found.where('appId', '=', appId)).execute();
  return events.map((event) => ({ ...event, changes: changes.filter(({ eventId }) => eventId === event.id) }));
}

/** Forgets what is older than a year; the database lets nothing else go. */
export async function trimAudit({ db }: Store): Promise<void> {
  for (const table of ['auditChanges', 'auditEvents'] as const)
    await db
      .deleteFrom(table)
      .where('createdAt', '<', sql<Date>`now() - interval '1 year'`)
      .execute();
}
