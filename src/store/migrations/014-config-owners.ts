// A release holds which add-ons were attached. (Config vars have owners from here on: inside what is sealed, so no row changes.)
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table releases add column attachments jsonb not null default '[]'`.execute(db);
}
