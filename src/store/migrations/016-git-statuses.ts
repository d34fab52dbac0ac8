// What hosts are told of builds: by which API, and whether it takes it.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table git_connections add column api_url text;
    alter table git_connections add column status_failure text;
    alter table builds add column connection_id uuid references git_connections on delete set null;
    create index builds_by_connection on builds (connection_id) where connection_id is not null;
  `.execute(db);
}
