// Schedules: commands that run by the clock, what became of each run, and those that a slug's app.json asks for. No two runs of a
// schedule can have the same due time, whoever makes them; one that somebody asked for has none.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table schedules (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      name text not null,
      cron text not null,
      timezone text not null,
      command text not null,
      size text,
      allow_overlap boolean not null,
      origin text not null,
      due_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (app_id, name)
    );
    create index schedules_due on schedules (due_at);
    create table schedule_runs (
      id uuid primary key default gen_random_uuid(),
      schedule_id uuid not null references schedules on delete cascade,
      due_at timestamptz,
      state text not null,
      reason text,
      dyno_id uuid,
      dyno_name text,
      exit_status integer,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      unique (schedule_id, due_at)
    );
    create index schedule_runs_newest on schedule_runs (schedule_id, created_at);
    create index schedule_runs_by_dyno on schedule_runs (dyno_id) where dyno_id is not null;
    alter table slugs add column cron jsonb not null default '[]';
  `.execute(db);
}
