// Certificates of apps, and which of them each domain uses.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
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
  `.execute(db);
}
