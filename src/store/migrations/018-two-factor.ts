// A second factor for signing in: the secret of one-time codes, the last of them that was used, and codes for when it is lost.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users add column two_factor boolean not null default false;
    create table two_factors (
      user_id uuid primary key references users on delete cascade,
      secret_sealed bytea not null,
      last_step bigint not null default 0
    );
    create table recovery_codes (
      user_id uuid not null references users on delete cascade,
      code_hash text not null,
      primary key (user_id, code_hash)
    );
  `.execute(db);
}
