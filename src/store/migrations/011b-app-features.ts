// What an app's owner has switched on.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table apps add column features text[] not null default '{}'`.execute(db);
}
