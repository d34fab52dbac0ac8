// Host names of apps, each of one app; their certificates, and which of them each domain uses. Certificates that an authority makes by
// itself: for which apps, how each domain's is coming on, and what the authority is shown.
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
    create table certificates (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      name text not null unique,
      chain text not null,
      key_sealed bytea not null,
      names text[] not null,
      issuer text not null,
      subject text not null,
      starts_at timestamptz not null,
      expires_at timestamptz not null,
      is_trusted boolean not null,
      warned_days integer,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index certificates_by_app on certificates (app_id);
    alter table domains add column certificate_id uuid references certificates on delete set null;
    create index domains_by_certificate on domains (certificate_id);
    alter table apps add column acm boolean not null default false;
    alter table certificates add column is_managed boolean not null default false;
    alter table domains add column acm_status text;
    alter table domains add column acm_reason text;
    alter table domains add column acm_failures integer not null default 0;
    alter table domains add column acm_next_at timestamptz;
    create table acme_accounts (
      directory text primary key,
      key_sealed bytea not null
    );
    create table acme_challenges (
      token text primary key,
      app_id uuid not null references apps on delete cascade,
      key_authorization text not null,
      created_at timestamptz not null default now()
    );
    create index acme_challenges_by_app on acme_challenges (app_id);
  `.execute(db);
}
