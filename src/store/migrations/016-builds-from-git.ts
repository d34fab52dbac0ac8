// Builds of a repository that lies elsewhere: at what ref, what its commit tells, and what opens it.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table builds add column git_ref text;
    alter table builds add column commit_told jsonb;
    create table build_logins (
      build_id uuid primary key references builds on delete cascade,
      login_sealed bytea not null
    );
  `.execute(db);
}
