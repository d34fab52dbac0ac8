// Host names of apps, each of one app.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table domains (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      hostname text not null unique,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index domains_by_app on domains (app_id);
  `.execute(db);
}
