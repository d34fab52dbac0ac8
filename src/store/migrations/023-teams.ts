// Who else may do something with an app: collaborators, and the members of the team that it belongs to. A team is a user that nobody
// signs in as, so that it owns apps as people do, within the same quotas. A transfer that waits for its recipient is kept until then.
import { sql, type Kysely } from 'kysely';

/** What the audit log notes of it, and the column that says which app a row belongs to. */
const NOTED: Record<string, string> = { collaborators: 'app_id', team_members: 'null', app_transfers: 'app_id' };

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users add column is_team boolean not null default false;
    alter table apps add column locked boolean not null default false;
    create table collaborators (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      user_id uuid not null references users on delete cascade,
      permissions text[] not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (app_id, user_id)
    );
    create index collaborators_by_user on collaborators (user_id, app_id);
    create table team_members (
      id uuid primary key default gen_random_uuid(),
      team_id uuid not null references users on delete cascade,
      user_id uuid not null references users on delete cascade,
      role text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (team_id, user_id)
    );
    create index team_members_by_user on team_members (user_id, team_id);
    create table app_transfers (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      owner_id uuid not null references users on delete cascade,
      recipient_id uuid not null references users on delete cascade,
      by_id uuid not null references users on delete cascade,
      state text not null default 'pending',
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create unique index app_transfers_pending on app_transfers (app_id) where state = 'pending';
    create index app_transfers_by_sender on app_transfers (by_id, id);
    create index app_transfers_by_recipient on app_transfers (recipient_id, id);
    create trigger tell_webhooks after insert or delete on collaborators
      for each row execute function tell_webhooks('api:collaborator');
    create trigger tell_webhooks_of_update after update of permissions on collaborators
      for each row when (old.permissions is distinct from new.permissions) execute function tell_webhooks('api:collaborator');
  `.execute(db);
  for (const [table, app] of Object.entries(NOTED)) {
    const work = `execute function note_change('${app}')`;
    await sql.raw(`create trigger note_change after insert or update or delete on ${table} for each row ${work}`).execute(db);
  }
}
