// Connections by ssh: the key that was made for one, and what its host is known by. Webhooks that were refused. What a host was told
// of as a deployment.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table git_connections
      add column deploy_key text,
      add column deploy_key_sealed bytea,
      add column key_added_at timestamptz,
      add column key_failure text,
      add column host_keys text,
      add column refused integer not null default 0,
      add column refused_at timestamptz,
      add column refusal text,
      add column deployment_failure text;
    create table git_deployments (
      build_id uuid primary key references builds on delete cascade,
      remote_id text not null
    );
    create index builds_by_release on builds (release_id) where connection_id is not null;
  `.execute(db);
}
