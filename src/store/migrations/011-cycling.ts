// A restart that somebody asked for is another thing than the end of a crashed dyno's pause.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table dynos add column restart_asked_at timestamptz;
    update dynos set restart_asked_at = restart_at, restart_at = null where state <> 'crashed';
  `.execute(db);
}
