// A restart that somebody asked for is another thing than the end of a crashed dyno's pause. What an app's owner has switched on.
// When apps were last asked for, and which routers tell of it.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table dynos add column restart_asked_at timestamptz;
    update dynos set restart_asked_at = restart_at, restart_at = null where state <> 'crashed';
    alter table apps add column features text[] not null default '{}';
    create table app_activity (
      app_id uuid primary key references apps on delete cascade,
      last_request_at timestamptz not null
    );
    create table router_reports (
      router text primary key,
      since timestamptz not null,
      at timestamptz not null
    );
  `.execute(db);
}
