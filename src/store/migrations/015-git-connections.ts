// Builds of a repository that lies elsewhere: at what ref, what its commit tells, and what opens it. And apps that are connected to a
// branch of one: what opens it, what is known of it, when it is looked at next, and how its host is told of builds.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table build_logins (
      build_id uuid primary key references builds on delete cascade,
      login_sealed bytea not null
    );
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
      updated_at timestamptz not null default now(),
      api_url text,
      status_failure text,
      wait_for_ci boolean not null default false,
      waiting_for text,
      waiting_since timestamptz
    );
    create index git_connections_by_look on git_connections (look_at);
    alter table builds add column git_ref text;
    alter table builds add column commit_told jsonb;
    alter table builds add column connection_id uuid references git_connections on delete set null;
    create index builds_by_connection on builds (connection_id) where connection_id is not null;
  `.execute(db);
}
