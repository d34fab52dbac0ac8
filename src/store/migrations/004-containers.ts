// A slug on the stack `container` is images: their configs, and which of them each process type runs.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table slugs add column container jsonb`.execute(db);
}
