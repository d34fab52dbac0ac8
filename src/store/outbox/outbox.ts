// The outbox: messages that wait, the first of each lane that is due, and what became of them.
import { sql } from 'kysely';
import type { Message, Topic, Topics } from '../../model/outbox/outbox.js';
import type { Store } from '../open-store.js';

export interface NewMessage<T extends Topic> {
  topic: T;
  payload: Topics[T];
  receiver: string;
  lane: string;
}

/** Writes a message; it leaves when the transaction has ended, and never when it was rolled back. */
export async function writeMessage<T extends Topic>({ db }: Store, { payload, ...message }: NewMessage<T>): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ ...message, payload: JSON.stringify(payload) })
    .execute();
}

/**
 * Takes up to `most` messages that are due, each the first of its lane, and no more of one receiver than `perReceiver` with those that
 * are held already; whose receiver has fewer come first, however long others have waited. Holds them for `holdMs`: whoever dies
 * meanwhile leaves them to the next who asks.
 */
export async function takeMessages({ db }: Store, o: { most: number; perReceiver: number; holdMs: number }): Promise<Message[]> {
  const { rows } = await sql<Row>`
    with heads as (
      select distinct on (receiver, lane) id, receiver, due_at, held_until from outbox where done_at is null order by receiver, lane, id
    ),
    held as (select receiver, count(*) as places from heads where held_until > now() group by receiver),
    ready as (
      select id, due_at, row_number() over (partition by receiver order by due_at, id) + coalesce(places, 0) as place
      from heads left join held using (receiver) where due_at <= now() and (held_until is null or held_until <= now())
    ),
    chosen as (
      select outbox.id from outbox join ready on ready.id = outbox.id
      where ready.place <= ${o.perReceiver} and outbox.done_at is null and (outbox.held_until is null or outbox.held_until <= now())
      order by ready.place, ready.due_at, outbox.id limit ${o.most} for update of outbox skip locked
    )
    update outbox set attempts = attempts + 1, held_until = now() + ${o.holdMs} * interval '1 millisecond'
    from chosen where outbox.id = chosen.id
    returning outbox.id, topic, payload, receiver, lane, attempts as attempt, created_at
  `.execute(db);
  return rows.toSorted((a, b) => a.id - b.id);
}

type Row = Message;

/** It has arrived, or nobody waits for it any more (`failure` says why). */
export async function endMessage({ db }: Store, id: number, failure: string | null = null): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ doneAt: sql<Date>`now()`, heldUntil: null, failure })
    .where('id', '=', id)
    .execute();
}

/** It is tried again after `pauseMs`; those behind it in its lane wait. */
export async function postponeMessage({ db }: Store, id: number, o: { pauseMs: number; failure: string | null }): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ dueAt: sql<Date>`now() + ${o.pauseMs} * interval '1 millisecond'`, heldUntil: null, failure: o.failure })
    .where('id', '=', id)
    .execute();
}

/** What waits in a lane after a failure is tried now: something has changed since. */
export async function hurryLane({ db }: Store, { receiver, lane }: Pick<Message, 'receiver' | 'lane'>): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ dueAt: sql<Date>`now()` })
    .where((eb) => eb.and({ receiver, lane }))
    .where('doneAt', 'is', null)
    .where('dueAt', '>', sql<Date>`now()`)
    .execute();
}

/** In how many ms the next message can be taken; null when none waits. */
export async function nextDue({ db }: Store): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    select extract(epoch from min(greatest(due_at, held_until)) - now())::float8 * 1000 as ms from (
      select distinct on (receiver, lane) due_at, held_until from outbox where done_at is null order by receiver, lane, id
    ) heads
  `.execute(db);
  return rows[0]?.ms ?? null;
}

/** Forgets those that ended more than `ageMs` ago; returns how many. */
export async function trimOutbox({ db }: Store, ageMs: number): Promise<number> {
  const done = await db
    .deleteFrom('outbox')
    .where('doneAt', '<', sql<Date>`now() - ${ageMs} * interval '1 millisecond'`)
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

/** How many wait. */
export async function countWaiting({ db }: Store): Promise<number> {
  const row = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('doneAt', 'is', null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}
