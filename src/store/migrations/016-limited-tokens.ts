// A token may be for some apps only. What it was good for at first it is good for again when it is made anew.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table authorizations add column apps jsonb;
    alter table authorizations add column lifetime_s integer;
  `.execute(db);
}
