// Log drains: where an app's log is sent. Their URLs may hold passwords, so they are sealed; a keyed digest tells equal ones.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table log_drains (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      addon_id uuid unique references addons on delete cascade,
      token text not null unique,
      url_sealed bytea not null,
      url_digest text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index log_drains_by_app on log_drains (app_id);
    create unique index log_drains_of_people on log_drains (app_id, url_digest) where addon_id is null;
  `.execute(db);
}
