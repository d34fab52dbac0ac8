// Metrics of apps, a row for each app, interval and writer; and the indexes that lists of apps and releases, and what is
// looked for every few seconds, are read by.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // No reference to apps: it would make a write for all apps wait for whoever holds the row of one.

  await sql`
    create table metrics (
      app_id uuid not null,
      step_s integer not null,
      at timestamptz not null,
      source text not null,
      point jsonb not null,
      primary key (app_id, step_s, at, source)
    );
    create index metrics_by_time on metrics (step_s, at);
    create index apps_by_owner on apps (owner_id, name);
    create index apps_by_change on apps (owner_id, updated_at, id);
    create index releases_by_time on releases (app_id, created_at, id);
    create index releases_pending on releases (created_at) where status = 'pending';
  `.execute(db);
}
