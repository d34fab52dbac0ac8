// People may be suspended and removed: what they did stays in the ledgers under their id. Tokens tell when they were used.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users add column suspended_at timestamptz;
    alter table authorizations add column last_used_at timestamptz;
    alter table builds drop constraint builds_user_id_fkey;
    alter table releases drop constraint releases_user_id_fkey;
  `.execute(db);
}
