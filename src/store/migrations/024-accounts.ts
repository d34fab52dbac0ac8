// What belongs to accounts: their SSH keys.
import { sql, type Kysely } from 'kysely';

/** What the audit log notes of these (migration `audit`). No app has any. */
const NOTED = ['ssh_keys'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ssh_keys (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users on delete cascade,
      public_key text not null,
      fingerprint text not null,
      comment text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (user_id, fingerprint)
    );
  `.execute(db);
  for (const table of NOTED) {
    const work = `execute function note_change('null')`;
    await sql.raw(`create trigger note_change after insert or update or delete on ${table} for each row ${work}`).execute(db);
  }
}
