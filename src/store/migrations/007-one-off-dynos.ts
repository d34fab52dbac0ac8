// One-off dynos: how they were asked for, and the secrets by which their clients, or those of a command inside another dyno, may come.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table dynos add column one_off boolean not null default false;
    create table one_offs (
      dyno_id uuid primary key references dynos on delete cascade,
      attach boolean not null,
      has_tty boolean not null,
      env_sealed bytea not null,
      ends_at timestamptz
    );
    create table attach_sessions (
      secret_hash text primary key,
      dyno_id uuid not null references dynos on delete cascade,
      command text,
      has_tty boolean not null,
      env_sealed bytea not null,
      user_id uuid not null,
      authorization_id uuid,
      expires_at timestamptz not null
    );
    create index attach_sessions_by_dyno on attach_sessions (dyno_id);
  `.execute(db);
}
