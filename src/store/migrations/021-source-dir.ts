// An app may be one directory of what is pushed, and may build only when something below some paths has changed; a build has the
// directory that it was begun with.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table apps add column source_dir text, add column watch_paths text[] not null default '{}';
    alter table builds add column source_dir text;
  `.execute(db);
}
