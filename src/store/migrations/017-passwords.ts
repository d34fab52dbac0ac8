// Users may sign in with a password. An admin hands out a link to set one: good once, for a while. What was signed in with the one
// before ends then.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table passwords (
      user_id uuid primary key references users on delete cascade,
      hash text not null,
      updated_at timestamptz not null default now()
    );
    create table password_resets (
      user_id uuid primary key references users on delete cascade,
      secret_hash text not null unique,
      expires_at timestamptz not null
    );
    alter table authorizations add column is_login boolean not null default false;
  `.execute(db);
}
