// What must leave the platform: written with what decides it, worked off one after the other per receiver and lane.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id bigserial primary key,
      topic text not null,
      payload jsonb not null,
      receiver text not null,
      lane text not null,
      attempts integer not null default 0,
      due_at timestamptz not null default now(),
      held_until timestamptz,
      done_at timestamptz,
      failure text,
      created_at timestamptz not null default now()
    );
    create index outbox_waiting on outbox (receiver, lane, id) where done_at is null;
    create index outbox_done on outbox (done_at) where done_at is not null;
  `.execute(db);
}
