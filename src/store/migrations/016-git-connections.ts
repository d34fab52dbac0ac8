// Apps that are connected to a branch of a repository elsewhere: what opens it, what is known of it, and when it is looked at next.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table git_connections (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null unique references apps on delete cascade,
      user_id uuid not null,
      url text not null,
      branch text not null,
      host text not null,
      auto boolean not null,
      login_sealed bytea,
      hook_secret_sealed bytea not null,
      tip text,
      failure text,
      failures integer not null default 0,
      quiet_looks integer not null default 0,
      asked_at timestamptz,
      heard_at timestamptz,
      looked_at timestamptz,
      look_at timestamptz default now(),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index git_connections_by_look on git_connections (look_at);
  `.execute(db);
}
