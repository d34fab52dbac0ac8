// What happened to apps, as webhooks are told it, and what became of telling each. The database writes both (migration 019).
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Page, Range } from '../../model/page.js';
import type { Delivery, DeliveryStatus, Include, Level, Payload, WebhookEvent } from '../../model/webhook/webhook.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  seq: { column: 'seq', kind: 'number' },
  created_at: { column: 'createdAt', kind: 'time' },
  id: { column: 'id', kind: 'uuid' },
};

export type ListedDelivery = Delivery & { include: Include; level: Level };

const deliveries = ({ db }: Store) =>
  db
    .selectFrom('webhookDeliveries')
    .selectAll()
    .select((eb) => [
      eb.selectFrom('webhookEvents').select('include').whereRef('webhookEvents.id', '=', 'eventId').$asScalar().$notNull().as('include'),
      eb.selectFrom('webhooks').select('level').whereRef('webhooks.id', '=', 'webhookId').$asScalar().$notNull().as('level'),
    ]);

export function pageOfDeliveries(
  store: Store,
  o: { appId: string; range: Range; status: DeliveryStatus | null },
): Promise<Page<ListedDelivery>> {
  const all = deliveries(store).where('appId', '=', o.appId);
  return readPage(o.status === null ? all : all.where('status', '=', o.status), o.range, SORTED_BY);
}

export async function findDelivery(store: Store, id: string): Promise<ListedDelivery | undefined> {
  return isUuid(id) ? deliveries(store).where('id', '=', id).executeTakeFirst() : undefined;
}

export function pageOfEvents({ db }: Store, appId: string, range: Range): Promise<Page<WebhookEvent>> {
  return readPage(db.selectFrom('webhookEvents').selectAll().where('appId', '=', appId), range, SORTED_BY);
}

export async function findEvent({ db }: Store, id: string): Promise<WebhookEvent | undefined> {
  return isUuid(id) ? db.selectFrom('webhookEvents').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
}

/** Keeps what is told of an event; what was kept first stays. Returns that. */
export async function keepPayload({ db }: Store, id: string, payload: Payload): Promise<Payload> {
  const set = { payload: JSON.stringify(payload) };
  await db.updateTable('webhookEvents').set(set).where('id', '=', id).where('payload', 'is', null).execute();
  const row = await db.selectFrom('webhookEvents').select('payload').where('id', '=', id).executeTakeFirst();
  return row?.payload ?? payload;
}

/** Counts an attempt that begins. */
export async function beginAttempt({ db }: Store, id: string, attemptId: string): Promise<void> {
  await db
    .updateTable('webhookDeliveries')
    .set({
      numAttempts: sql<number>`num_attempts + 1`,
      nextAttemptAt: null,
      attemptId,
      attemptStatus: 'scheduled',
      attemptCode: null,
      attemptError: null,
      attemptAt: sql<Date>`now()`,
      attemptEndedAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

export interface Ended {
  status: DeliveryStatus;
  code: number | null;
  error: string | null;
  /** In how many ms it is tried again; null for never. */
  againInMs: number | null;
}

export async function endAttempt({ db }: Store, id: string, { status, code, error, againInMs }: Ended): Promise<void> {
  await db
    .updateTable('webhookDeliveries')
    .set({
      status,
      attemptStatus: status === 'succeeded' ? 'succeeded' : 'failed',
      attemptCode: code,
      attemptError: error,
      attemptEndedAt: sql<Date>`now()`,
      nextAttemptAt: againInMs === null ? null : sql<Date>`now() + ${againInMs} * interval '1 millisecond'`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}
