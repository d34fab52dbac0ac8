// Backups of databases, restores of them, and when they are captured by the clock. Both kinds of transfer are numbered per app, together.
// Their content is files elsewhere, named by the id of the row.
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transfer_counters (
      app_id uuid primary key references apps on delete cascade,
      last integer not null
    );
    create table backup_schedules (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      addon_id uuid not null unique references addons on delete cascade,
      name text not null,
      hour integer not null,
      timezone text not null,
      due_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index backup_schedules_due on backup_schedules (due_at);
    create table transfers (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null references apps on delete cascade,
      addon_id uuid not null references addons on delete cascade,
      num integer not null,
      kind text not null,
      is_scheduled boolean not null,
      state text not null default 'pending',
      name text not null,
      user_id uuid,
      backup_id uuid,
      url_sealed bytea,
      source_bytes bigint,
      processed_bytes bigint not null default 0,
      stored_bytes bigint,
      warnings integer not null default 0,
      reason text,
      cancel_asked_at timestamptz,
      started_at timestamptz,
      ended_at timestamptz,
      proof text,
      proof_tables integer,
      proof_rows bigint,
      proof_reason text,
      proof_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (app_id, num)
    );
    create unique index transfers_one_at_a_time on transfers (addon_id) where state in ('pending', 'running');
    create index transfers_by_addon on transfers (addon_id, created_at);
    create index transfers_waiting on transfers (created_at) where state in ('pending', 'running') or proof in ('due', 'running');
    create table transfer_lines (
      id bigserial primary key,
      transfer_id uuid not null references transfers on delete cascade,
      text text not null,
      created_at timestamptz not null default now()
    );
    create index transfer_lines_by_transfer on transfer_lines (transfer_id, id);

    -- Whose content is to be removed, however the row went.
    create table gone_transfers (id uuid primary key);
    create function note_gone_transfer() returns trigger language plpgsql as $$
    begin
      insert into gone_transfers values (old.id) on conflict do nothing;
      return null;
    end $$;
    create trigger note_gone after delete on transfers for each row when (old.kind = 'backup') execute function note_gone_transfer();

    create trigger note_change after insert or delete on transfers for each row execute function note_change('app_id');
    create trigger note_change_of_update after update of cancel_asked_at on transfers
      for each row execute function note_change('app_id');
    create trigger note_change after insert or update or delete on backup_schedules for each row execute function note_change('app_id');
    create trigger tell_webhooks after insert or delete on transfers
      for each row execute function tell_webhooks('api:transfer');
    create trigger tell_webhooks_of_update after update of state, proof on transfers for each row
      when ((old.state, old.proof) is distinct from (new.state, new.proof)) execute function tell_webhooks('api:transfer');
  `.execute(db);
}
