// Connections whose commits wait for the host's own checks.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table git_connections add column wait_for_ci boolean not null default false;
    alter table git_connections add column waiting_for text;
    alter table git_connections add column waiting_since timestamptz;
  `.execute(db);
}
