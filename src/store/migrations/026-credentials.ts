// A database may have several credentials, and an attachment the config vars of one of them.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table addon_attachments add column namespace text;
    create table addon_credentials (
      id uuid primary key default gen_random_uuid(),
      addon_id uuid not null references addons (id) on delete cascade,
      name text not null,
      config_sealed bytea not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (addon_id, name)
    );
    create trigger note_change after insert or update or delete on addon_credentials for each row execute function note_change('null');
  `.execute(db);
}
