// The pages that an app shows in place of the router's, as its config vars name them: these are sealed, and the router has no key of
// theirs to look for two URLs that every visitor sees. Those that are set already are known with the next change of the config vars.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table apps add column error_page_url text, add column maintenance_page_url text`.execute(db);
}
