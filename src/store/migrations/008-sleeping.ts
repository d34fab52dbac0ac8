// When apps were last asked for, and which routers tell of it.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
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
