// The pages that an app shows in place of the router's, as its config vars name them: these are sealed, and the router looks for no more
// than two URLs that every visitor sees. Those that are set already are known with the next change of the config vars. Challenges of an
// authority may also be met by a certificate of their own (RFC 8737) and by an entry in DNS (RFC 8555, 8.4).
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table apps add column error_page_url text, add column maintenance_page_url text;
    alter table acme_challenges add column hostname text, add column pair_sealed bytea, add column dns_name text;
  `.execute(db);
}
