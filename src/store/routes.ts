// What the router needs to know of all apps, in one read.
import type { Dyno } from '../model/dyno.js';
import type { Store } from './open-store.js';

export type RouteDyno = Pick<Dyno, 'name' | 'state' | 'host' | 'port' | 'id'>;

export interface AppRoute {
  appId: string;
  name: string;
  maintenance: boolean;
  /** Whether anything has been released with a slug. */
  deployed: boolean;
  /** Web dynos the formation asks for. */
  wanted: number;
  dynos: RouteDyno[];
}

/** Routes of every app, or of those named by id. An app that no longer exists is not among them. */
export async function readRoutes({ db }: Store, appIds?: string[]): Promise<AppRoute[]> {
  let apps = db
    .selectFrom('apps')
    .leftJoin('formations', (join) => join.onRef('formations.appId', '=', 'apps.id').on('formations.type', '=', 'web'))
    .select((eb) => [
      'apps.id as appId',
      'apps.name',
      'apps.maintenance',
      'formations.quantity',
      eb
        .exists(
          eb
            .selectFrom('releases')
            .select('releases.id')
            .whereRef('releases.appId', '=', 'apps.id')
            .where('releases.slugId', 'is not', null)
            .where('releases.status', '!=', 'failed'),
        )
        .as('deployed'),
    ]);
  let dynos = db.selectFrom('dynos').select(['id', 'appId', 'name', 'state', 'host', 'port']).where('type', '=', 'web');
  if (appIds) {
    apps = apps.where('apps.id', 'in', appIds);
    dynos = dynos.where('appId', 'in', appIds);
  }
  const [appRows, dynoRows] = await Promise.all([apps.execute(), dynos.execute()]);
  const dynosOf = new Map<string, RouteDyno[]>(appRows.map((app) => [app.appId, []]));
  for (const { appId, ...dyno } of dynoRows) dynosOf.get(appId)?.push(dyno);
  return appRows.map(({ quantity, deployed, ...app }) => ({
    ...app,
    deployed: Boolean(deployed),
    wanted: quantity ?? 0,
    dynos: dynosOf.get(app.appId) ?? [],
  }));
}
