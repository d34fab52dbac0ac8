// Certificates that an authority makes by itself: for which apps, how each domain's is coming on, and what the authority is shown.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
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
