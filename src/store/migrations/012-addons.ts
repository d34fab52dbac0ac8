// Add-ons: services and plans from manifests, what providers keep for apps, and how apps are attached to it.
// A release holds which add-ons were attached. (Config vars have owners from here on: inside what is sealed, so no row changes.)
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table addon_services (
      id uuid primary key default gen_random_uuid(),
      name text not null unique,
      environment text not null,
      manifest jsonb not null,
      secrets_sealed bytea not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create table addon_plans (
      id uuid primary key default gen_random_uuid(),
      service_id uuid not null references addon_services on delete cascade,
      name text not null unique,
      human_name text not null,
      cents integer not null,
      is_default boolean not null,
      is_offered boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create table addons (
      id uuid primary key default gen_random_uuid(),
      name text not null unique,
      app_id uuid references apps on delete set null,
      service_id uuid not null references addon_services,
      plan_id uuid not null references addon_plans,
      wanted_plan_id uuid references addon_plans,
      state text not null,
      provider_id text,
      message text,
      callback_url text not null,
      user_id uuid not null,
      config_sealed bytea,
      options_sealed bytea,
      asked_at timestamptz,
      accepted_at timestamptz,
      grants_used_until timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index addons_by_app on addons (app_id);
    create index addons_by_service on addons (service_id);
    create table addon_attachments (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      addon_id uuid not null references addons on delete cascade,
      name text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (app_id, name)
    );
    create index addon_attachments_by_addon on addon_attachments (addon_id);
    alter table releases add column attachments jsonb not null default '[]';
  `.execute(db);
}
