// What a build learnt (reports of its buildpacks) and was told (submodules, checksum); since when an app's cache is void.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table builds add column reports jsonb not null default '[]';
    alter table builds add column submodules jsonb not null default '[]';
    alter table builds add column checksum text;
    alter table apps add column cache_epoch integer not null default 0;
    create index releases_by_slug on releases (slug_id);
  `.execute(db);
}
