// Webhooks: who wants to hear of what happens to an app, what happened, and what became of telling it. The database itself notes what
// happened, with the row before and after, in the transaction that changes it, whoever does: no change can forget to.
import { sql, type Kysely } from 'kysely';

/** Table, what webhooks call it, and which updates are told. Without `updates` there are none that mean anything. */
const TOLD: readonly { table: string; include: string; on: string; changes?: string }[] = [
  { table: 'apps', include: 'api:app', on: 'delete', changes: 'name owner_id stack build_stack maintenance acm' },
  { table: 'releases', include: 'api:release', on: 'insert', changes: 'status' },
  { table: 'builds', include: 'api:build', on: 'insert', changes: 'status' },
  { table: 'formations', include: 'api:formation', on: 'insert or delete', changes: 'quantity size' },
  { table: 'domains', include: 'api:domain', on: 'insert or delete', changes: 'certificate_id acm_status' },
  { table: 'certificates', include: 'api:sni-endpoint', on: 'insert or delete', changes: 'chain' },
  { table: 'addons', include: 'api:addon', on: 'insert or delete', changes: 'name state plan_id' },
  { table: 'addon_attachments', include: 'api:addon-attachment', on: 'insert or delete' },
  { table: 'dynos', include: 'dyno', on: 'insert or delete', changes: 'state' },
];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhooks (
      id uuid primary key default gen_random_uuid(),
      app_id uuid not null,
      url text not null,
      include text[] not null,
      level text not null,
      secret_sealed bytea not null,
      authorization_sealed bytea,
      api_url text not null,
      is_failing boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index webhooks_by_app on webhooks (app_id);
    create table webhook_events (
      id uuid primary key default gen_random_uuid(),
      seq bigserial not null unique,
      app_id uuid not null,
      app_name text not null,
      include text not null,
      action text not null,
      user_id uuid,
      subject jsonb not null,
      previous jsonb not null,
      api_url text not null,
      payload jsonb,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index webhook_events_by_app on webhook_events (app_id, seq);
    create index webhook_events_by_age on webhook_events (created_at);
    create table webhook_deliveries (
      id uuid primary key default gen_random_uuid(),
      seq bigserial not null unique,
      app_id uuid not null,
      webhook_id uuid not null references webhooks on delete cascade,
      event_id uuid not null references webhook_events on delete cascade,
      status text not null default 'pending',
      num_attempts integer not null default 0,
      next_attempt_at timestamptz,
      attempt_id uuid,
      attempt_status text,
      attempt_code integer,
      attempt_error text,
      attempt_at timestamptz,
      attempt_ended_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index webhook_deliveries_by_app on webhook_deliveries (app_id, seq);
    create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id);
    create index webhook_deliveries_by_event on webhook_deliveries (event_id);
    create index webhook_deliveries_waiting on webhook_deliveries (webhook_id) where status not in ('succeeded', 'failed');

    -- Whether so much waits for a webhook that it is told nothing more until it has taken some.
    create function webhook_is_behind(webhook uuid) returns boolean language sql stable as $$
      select count(*) = 1000 from (
        select from webhook_deliveries where webhook_id = webhook and status not in ('succeeded', 'failed') limit 1000
      ) waiting
    $$;

    -- What a row is, without what is secret.
    create function shown_row(r jsonb) returns jsonb language sql immutable as $$
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(r) where key not like '%\\_sealed' and key not like '%\\_hash'
    $$;

    -- Arguments: how webhooks call what the table holds.
    create function tell_webhooks() returns trigger language plpgsql as $$
    declare
      app uuid;
      called text;
      told text := tg_argv[0];
      subject jsonb;
      before jsonb;
      action text := case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'destroy' end;
      event uuid;
    begin
      if tg_table_name = 'apps' then app := coalesce(new.id, old.id); else app := coalesce(new.app_id, old.app_id); end if;
      if app is null or not exists (select from webhooks where app_id = app and told = any (include)) then return null; end if;
      if tg_table_name = 'apps' then called := coalesce(new.name, old.name); else select name into called from apps where id = app; end if;
      -- What goes with its app isn't told one by one.
      if called is null then return null; end if;
      begin
        -- None of them is removed before it is written that it is to be told.
        perform from webhooks where app_id = app and told = any (include) for key share;
        if not found then return null; end if;
        if tg_op = 'DELETE' then subject := shown_row(to_jsonb(old)); else subject := shown_row(to_jsonb(new)); end if;
        if tg_op = 'UPDATE' then
          select coalesce(jsonb_object_agg(key, value), '{}') into before from jsonb_each(shown_row(to_jsonb(old)))
            where value is distinct from subject -> key;
        end if;
        -- Its row stays.
        if tg_table_name = 'addons' and subject ->> 'state' = 'deprovisioned' then action := 'destroy'; end if;
        insert into webhook_events (app_id, app_name, include, action, user_id, subject, previous, api_url)
          select app, called, told, action,
            coalesce(nullif(current_setting('slipway.user_id', true), '')::uuid, (subject ->> 'user_id')::uuid),
            subject, coalesce(before, '{}'), api_url
          from webhooks where app_id = app order by created_at limit 1
          returning id into event;
        insert into webhook_deliveries (app_id, webhook_id, event_id, status, attempt_id, attempt_status, attempt_error, attempt_at)
          select app, id, event, 'failed', gen_random_uuid(), 'failed', 'too many wait for it', now()
          from webhooks where app_id = app and told = any (include) and webhook_is_behind(id);
        with owed as (
          insert into webhook_deliveries (app_id, webhook_id, event_id)
            select app, id, event from webhooks where app_id = app and told = any (include) and not webhook_is_behind(id)
            returning id, webhook_id
        )
        insert into outbox (topic, payload, receiver, lane)
          select 'webhook', jsonb_build_object('deliveryId', owed.id),
            case when is_failing then 'failing-webhooks:' || app else 'webhook:' || webhooks.id end, owed.id
          from owed join webhooks on webhooks.id = owed.webhook_id;
      -- That it happens is worth more than that it is told.
      exception when others then
        raise warning 'webhooks are not told of %, %: %', told, action, sqlerrm;
      end;
      return null;
    end $$;
  `.execute(db);
  for (const { table, include, on, changes } of TOLD) {
    await sql
      .raw(`create trigger tell_webhooks after ${on} on ${table} for each row execute function tell_webhooks('${include}')`)
      .execute(db);
    if (changes) await sql.raw(onUpdate(table, include, changes.split(' '))).execute(db);
  }
}

function onUpdate(table: string, include: string, columns: string[]): string {
  const row = (name: string) => `(${columns.map((column) => `${name}.${column}`).join(', ')})`;
  const when = `${row('old')} is distinct from ${row('new')}`;
  return `create trigger tell_webhooks_of_update after update of ${columns.join(', ')} on ${table} for each row
    when (${when}) execute function tell_webhooks('${include}')`;
}
