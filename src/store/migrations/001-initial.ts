// The first schema: people, apps, builds, slugs, releases, formations, dynos.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key default gen_random_uuid(),
      email text not null unique,
      name text,
      role text not null default 'member',
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create table authorizations (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users on delete cascade,
      description text not null,
      scope jsonb not null,
      token_hash text not null unique,
      token_hint text not null,
      expires_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create table apps (
      id uuid primary key default gen_random_uuid(),
      name text not null unique,
      owner_id uuid not null references users,
      stack text not null,
      build_stack text not null,
      maintenance boolean not null default false,
      buildpack_provided_description text,
      repo_size bigint,
      slug_size bigint,
      released_at timestamptz,
      config_sealed bytea,
      release_counter integer not null default 0,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create table slugs (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      digest text not null,
      diff_id text not null,
      size bigint not null,
      stack text not null,
      commit text,
      commit_description text,
      buildpack_provided_description text,
      process_types jsonb not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create table releases (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      version integer not null,
      status text not null,
      description text not null,
      slug_id uuid references slugs,
      user_id uuid not null references users,
      has_output boolean not null default false,
      config_sealed bytea,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (app_id, version)
    );
    create table release_outputs (
      release_id uuid primary key references releases on delete cascade,
      output text not null
    );
    create table builds (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      user_id uuid not null references users,
      status text not null,
      origin text not null,
      stack text not null,
      source text not null,
      commit text,
      source_description text,
      buildpacks jsonb not null,
      slug_id uuid references slugs on delete set null,
      release_id uuid references releases on delete set null,
      failure text,
      started_at timestamptz,
      heartbeat_at timestamptz,
      builder text,
      finished_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index builds_by_app on builds (app_id, created_at desc);
    create index builds_pending on builds (status) where status = 'pending';
    create table build_outputs (
      build_id uuid primary key references builds on delete cascade,
      output text not null
    );
    create table formations (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      type text not null,
      quantity integer not null,
      size text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (app_id, type)
    );
    create table dynos (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      name text not null,
      type text not null,
      number integer not null,
      state text not null,
      size text not null,
      command text not null,
      release_id uuid not null references releases on delete cascade,
      release_version integer not null,
      node text not null,
      container_id text,
      host text,
      port integer,
      crashes integer not null default 0,
      restart_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index dynos_by_app on dynos (app_id);
    create table buildpack_installations (
      app_id uuid not null references apps on delete cascade,
      ordinal integer not null,
      url text not null,
      primary key (app_id, ordinal)
    );
  `.execute(db);
}
