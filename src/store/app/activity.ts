// When apps that sleep were last asked for, as routers tell it: in one statement for all apps of some seconds.
import { sql } from 'kysely';
import type { Store } from '../open-store.js';

export interface Report {
  router: string;
  at: Date;
  /** Apps with a request since the report before, or still under way: when the last one was, in milliseconds since the epoch. */
  apps: ReadonlyMap<string, number>;
  /** A longer pause since its last report is a break. */
  lostAfterMs: number;
}

/** The latest of all routers counts. Apps that are gone are passed over. */
export async function recordReport({ db }: Store, { router, at, apps, lostAfterMs }: Report): Promise<void> {
  // In one order: two routers never wait for each other.
  const ids = [...apps.keys()].sort();
  const times = ids.map((id) => new Date(apps.get(id)!).toISOString());
  await sql`
    with seen as (
      insert into app_activity (app_id, last_request_at)
      select apps.id, seen.at from unnest(${ids}::uuid[], ${times}::timestamptz[]) as seen (id, at) join apps on apps.id = seen.id
      order by apps.id
      on conflict (app_id) do update set last_request_at = greatest(app_activity.last_request_at, excluded.last_request_at)
    )
    insert into router_reports (router, since, at) values (${router}, ${at}, ${at})
    on conflict (router) do update set
      since = case when excluded.at - router_reports.at > ${lostAfterMs} * interval '1 millisecond'
        then excluded.at else router_reports.since end,
      at = greatest(router_reports.at, excluded.at)
  `.execute(db);
}

/** A router that ends tells no more. */
export function forgetRouter({ db }: Store, router: string): Promise<unknown> {
  return db.deleteFrom('routerReports').where('router', '=', router).execute();
}

export interface Told {
  /** When each app was last asked for. */
  lastRequestAt: ReadonlyMap<string, number>;
  /** Since when the routers that still tell have done so without a break; null when none does. */
  since: number | null;
}

/** What routers have told of these apps, at least one; those not heard from since `alive` are gone. */
export async function readTold({ db }: Store, appIds: string[], alive: Date): Promise<Told> {
  const [apps, reports] = await Promise.all([
    db.selectFrom('appActivity').selectAll().where('appId', 'in', appIds).execute(),
    db.selectFrom('routerReports').select('since').where('at', '>=', alive).execute(),
  ]);
  const since = reports.map((report) => report.since.getTime());
  return {
    lastRequestAt: new Map(apps.map(({ appId, lastRequestAt }) => [appId, lastRequestAt.getTime()])),
    since: since.length > 0 ? Math.min(...since) : null,
  };
}
