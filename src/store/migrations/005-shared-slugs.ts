// A slug outlives its app while another app releases it; what a person says of an upload is kept apart from what it is.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table slugs add column checksum text;
    alter table slugs add column archive_digest text;
    alter table slugs add column archive_size bigint;
    update slugs set checksum = digest, digest = '' where diff_id = '' and digest <> '';
    alter table slugs alter column app_id drop not null;
    alter table slugs drop constraint slugs_app_id_fkey;
    alter table slugs add constraint slugs_app_id_fkey foreign key (app_id) references apps on delete set null;
    create index slugs_by_app on slugs (app_id, created_at desc);
    create index slugs_by_digest on slugs (digest);
  `.execute(db);
}
