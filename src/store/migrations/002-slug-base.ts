// Slugs may rest on layers that they share with others: runtimes, installed packages.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table slugs add column base jsonb not null default '[]'`.execute(db);
}
