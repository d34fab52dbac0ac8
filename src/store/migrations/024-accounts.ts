// What belongs to accounts: their SSH keys, and the OAuth clients that act for them. A code of a client is good once: that it was
// used is known until it is forgotten, since its second use means that it was stolen. A client's token is refreshed with another one.
import { sql, type Kysely } from 'kysely';

/** What the audit log notes of these (migration `audit`). No app has any. */
const NOTED = ['ssh_keys', 'oauth_clients'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ssh_keys (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users on delete cascade,
      public_key text not null,
      fingerprint text not null,
      comment text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (user_id, fingerprint)
    );
    create table oauth_clients (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users on delete cascade,
      name text not null,
      redirect_uri text not null,
      secret_hash text not null unique,
      secret_hint text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index oauth_clients_by_user on oauth_clients (user_id);
    alter table authorizations
      add column client_id uuid references oauth_clients on delete cascade,
      add column refresh_hash text unique,
      add column refresh_hint text;
    create index authorizations_by_client on authorizations (client_id) where client_id is not null;
    create table oauth_codes (
      code_hash text primary key,
      client_id uuid not null references oauth_clients on delete cascade,
      user_id uuid not null references users on delete cascade,
      scope jsonb not null,
      challenge text,
      expires_at timestamptz not null,
      used_at timestamptz,
      authorization_id uuid references authorizations on delete set null
    );
    create index oauth_codes_by_age on oauth_codes (expires_at);
  `.execute(db);
  for (const table of NOTED) {
    const work = `execute function note_change('null')`;
    await sql.raw(`create trigger note_change after insert or update or delete on ${table} for each row ${work}`).execute(db);
  }
}
