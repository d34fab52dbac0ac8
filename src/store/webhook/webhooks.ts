import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import { seal, unseal } from '../../lib/seal.js';
import type { Page, Range } from '../../model/page.js';
import type { Webhook } from '../../model/webhook/webhook.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const COLUMNS = ['id', 'appId', 'url', 'include', 'level', 'apiUrl', 'isFailing', 'createdAt', 'updatedAt'] as const;
const SORTED_BY: Record<string, SortKey> = {
  created_at: { column: 'createdAt', kind: 'time' },
  id: { column: 'id', kind: 'uuid' },
};

export interface Secrets {
  secret: string;
  /** What its Authorization header is to hold. */
  authorization: string | null;
}

export function pageOfWebhooks({ db }: Store, appId: string, range: Range): Promise<Page<Webhook>> {
  return readPage(db.selectFrom('webhooks').select(COLUMNS).where('appId', '=', appId), range, SORTED_BY);
}

export async function findWebhook({ db }: Store, appId: string, id: string): Promise<Webhook | undefined> {
  if (!isUuid(id)) return undefined;
  return db.selectFrom('webhooks').select(COLUMNS).where('appId', '=', appId).where('id', '=', id).executeTakeFirst();
}

/** Where it is told, held until the transaction ends. */
export async function holdUrl({ db }: Store, id: string): Promise<string | undefined> {
  return (await db.selectFrom('webhooks').select('url').where('id', '=', id).forUpdate().executeTakeFirst())?.url;
}

export async function countWebhooks({ db }: Store, appId: string): Promise<number> {
  const row = await db
    .selectFrom('webhooks')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('appId', '=', appId)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function areThereWebhooks({ db }: Store): Promise<boolean> {
  return (await db.selectFrom('webhooks').select('id').limit(1).executeTakeFirst()) !== undefined;
}

type NewWebhook = Pick<Webhook, 'appId' | 'url' | 'include' | 'level' | 'apiUrl'> & Secrets;

export function insertWebhook({ db, key }: Store, { secret, authorization, ...webhook }: NewWebhook): Promise<Webhook> {
  const sealed = { secretSealed: seal(key, secret), authorizationSealed: authorization === null ? null : seal(key, authorization) };
  return db
    .insertInto('webhooks')
    .values({ ...webhook, ...sealed })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

type Change = Partial<Pick<Webhook, 'url' | 'include' | 'level'> & Secrets>;

export function updateWebhook({ db, key }: Store, id: string, change: Change): Promise<Webhook | undefined> {
  const { secret, authorization, ...plain } = change;
  return db
    .updateTable('webhooks')
    .set({
      ...plain,
      ...(secret !== undefined && { secretSealed: seal(key, secret) }),
      ...(authorization !== undefined && { authorizationSealed: authorization === null ? null : seal(key, authorization) }),
      isFailing: false,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Whether it was there. What it was to be told goes with it. */
export async function deleteWebhook({ db }: Store, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('webhooks').where('id', '=', id).returning('id').executeTakeFirst();
  return gone !== undefined;
}

export async function readWebhookSecrets({ db, key }: Store, id: string): Promise<Secrets | undefined> {
  const row = await db.selectFrom('webhooks').select(['secretSealed', 'authorizationSealed']).where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const { secretSealed, authorizationSealed } = row;
  return { secret: unseal(key, secretSealed), authorization: authorizationSealed && unseal(key, authorizationSealed) };
}

/**
 * Whether it answers. What waits for one that doesn't shares few places with what waits for other such of its app, so that dead
 * receivers, however many, take nobody's turn.
 */
export async function markFailing({ db }: Store, { id, appId }: Pick<Webhook, 'id' | 'appId'>, isFailing: boolean): Promise<void> {
  const marked = await db
    .updateTable('webhooks')
    .set({ isFailing })
    .where('id', '=', id)
    .where('isFailing', '!=', isFailing)
    .returning('id')
    .executeTakeFirst();
  if (!marked) return;
  const waiting = sql<boolean>`done_at is null and topic = 'webhook' and payload ->> 'deliveryId' in (
    select id::text from webhook_deliveries where webhook_id = ${id}::uuid and status not in ('succeeded', 'failed')
  )`;
  await db
    .updateTable('outbox')
    .set({ receiver: isFailing ? `failing-webhooks:${appId}` : `webhook:${id}` })
    .where(waiting)
    .execute();
}

/** Forgets what was told longer ago, and webhooks whose app is gone once they were told all of it. */
export async function trimWebhooks({ db }: Store, ageMs: number): Promise<void> {
  await db
    .deleteFrom('webhookEvents')
    .where('createdAt', '<', sql<Date>`now() - ${ageMs} * interval '1 millisecond'`)
    .execute();
  await sql`
    delete from webhooks where not exists (select from apps where id = webhooks.app_id)
      and not exists (select from webhook_deliveries d where d.webhook_id = webhooks.id and d.status not in ('succeeded', 'failed'))
  `.execute(db);
  await sql`
    delete from webhook_events where not exists (select from webhooks where webhooks.app_id = webhook_events.app_id)
      and not exists (select from apps where id = webhook_events.app_id)
  `.execute(db);
}

/** Of each app that has more events than `most`, forgets the oldest that wait for no webhook; returns how many of which app. */
export async function trimEvents({ db }: Store, most: number): Promise<{ appId: string; count: number }[]> {
  const { rows } = await sql<{ appId: string; count: number }>`
    with full_ones as (select app_id from webhook_events group by app_id having count(*) > ${most}),
      kept as (
        select app_id, (
          select seq from webhook_events e where e.app_id = full_ones.app_id order by seq desc offset ${most - 1} limit 1
        ) as since from full_ones
      ),
      gone as (
        delete from webhook_events e using kept where e.app_id = kept.app_id and e.seq < kept.since
          and not exists (select from webhook_deliveries d where d.event_id = e.id and d.status not in ('succeeded', 'failed'))
          returning e.app_id
      )
    select app_id, count(*)::integer as count from gone group by app_id
  `.execute(db);
  return rows;
}
