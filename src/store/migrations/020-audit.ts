// The audit log: who changed what, from where, and how it was before. Written with each change, in its transaction, by whoever opens
// one in somebody's name (store/audit); the rows that change are noted by the database itself. Nothing of it is changed or removed
// within a year.
import { sql, type Kysely } from 'kysely';

/** What is noted, and how the column is called that says which app it belongs to. */
const NOTED: Record<string, string> = {
  users: 'null',
  authorizations: 'null',
  apps: 'id',
  builds: 'app_id',
  slugs: 'app_id',
  releases: 'app_id',
  formations: 'app_id',
  dynos: 'app_id',
  attach_sessions: 'null',
  buildpack_installations: 'app_id',
  domains: 'app_id',
  certificates: 'app_id',
  addon_services: 'null',
  addons: 'app_id',
  addon_attachments: 'app_id',
  webhooks: 'app_id',
  log_drains: 'app_id',
  schedules: 'app_id',
  git_connections: 'app_id',
};

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events (
      id uuid primary key,
      seq bigserial not null unique,
      app_id uuid,
      user_id uuid,
      email text,
      authorization_id uuid,
      via text not null,
      address text,
      request_id text not null,
      action text not null,
      target text not null,
      created_at timestamptz not null default now()
    );
    create index audit_events_by_app on audit_events (app_id, created_at);
    create index audit_events_by_age on audit_events (created_at);
    create table audit_changes (
      id bigserial primary key,
      event_id uuid not null,
      app_id uuid,
      noun text not null,
      subject_id text,
      action text not null,
      before jsonb not null,
      after jsonb not null,
      created_at timestamptz not null default now()
    );
    create index audit_changes_by_event on audit_changes (event_id);
    create index audit_changes_by_app on audit_changes (app_id);
    create index audit_changes_by_age on audit_changes (created_at);

    -- What a row is, without secrets, what only tells that it changed, and passwords in addresses.
    create function noted_row(r jsonb) returns jsonb language sql immutable as $$
      select regexp_replace(
        (shown_row(r) - array['updated_at', 'token_hint', 'source', 'chain', 'last_used_at', 'released_at', 'release_counter',
          'url_digest'])::text,
        '(://)[^/@"[:space:]]+@', '\\1', 'g'
      )::jsonb
    $$;

    -- Argument: the column that says which app a row belongs to.
    create function note_change() returns trigger language plpgsql as $$
    declare
      event text := current_setting('slipway.audit', true);
      was jsonb := '{}';
      is_now jsonb := '{}';
      whole jsonb;
      app uuid;
    begin
      if coalesce(event, '') = '' then return null; end if;
      if tg_op <> 'INSERT' then was := noted_row(to_jsonb(old)); end if;
      if tg_op <> 'DELETE' then is_now := noted_row(to_jsonb(new)); end if;
      whole := was || is_now;
      app := (whole ->> tg_argv[0])::uuid;
      -- What goes with its app is noted with it.
      if tg_op = 'DELETE' and app is not null and tg_table_name <> 'apps' and not exists (select from apps where id = app)
        then return null; end if;
      if tg_op = 'UPDATE' then
        select coalesce(jsonb_object_agg(key, value), '{}') into was from jsonb_each(was) where value is distinct from is_now -> key;
        select coalesce(jsonb_object_agg(key, value), '{}') into is_now from jsonb_each(is_now) where was ? key;
        if was = '{}' then return null; end if;
      end if;
      insert into audit_changes (event_id, app_id, noun, subject_id, action, before, after)
        values (event::uuid, app, tg_table_name, whole ->> 'id',
          case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'destroy' end, was, is_now);
      return null;
    end $$;

    create function keep_audit() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.created_at < now() - interval '1 year' then return old; end if;
      raise exception 'the audit log is not changed: % on %', tg_op, tg_table_name;
    end $$;
    create function never_empty_audit() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit log is not changed: TRUNCATE on %', tg_table_name;
    end $$;
  `.execute(db);
  for (const table of ['audit_events', 'audit_changes']) {
    await sql.raw(`create trigger keep before update or delete on ${table} for each row execute function keep_audit()`).execute(db);
    await sql.raw(`create trigger never_empty before truncate on ${table} execute function never_empty_audit()`).execute(db);
  }
  for (const [table, app] of Object.entries(NOTED)) {
    const work = `execute function note_change('${app}')`;
    await sql.raw(`create trigger note_change after insert or update or delete on ${table} for each row ${work}`).execute(db);
  }
}
