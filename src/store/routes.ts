// What the router needs to know of all apps, in one read.
import type { Dyno } from '../model/dyno.js';
import type { Store } from './open-store.js';

export interface AppRoute {
  appId: string;
  name: string;
  maintenance: boolean;
  /** Whether anything has been released with a slug. */
  deployed: boolean;
  /** Web dynos the formation asks for. */
  wanted: number;
  dynos: Pick<Dyno, 'name' | 'state' | 'host' | 'port' | 'id'>[];
}

/** Routes of every app, or of one. */
export async function readRoutes({ db }: Store, appId?: string): Promise<AppRoute[]> {
  let apps = db
    .selectFrom('apps')
    .leftJoin('formations', (join) => join.onRef('formations.appId', '=', 'apps.id').on('formations.type', '=', 'web'))
    .select((eb) => [
      'apps.id as appId',
      'apps.name',
      'apps.maintenance',
      'formations.quantity',
      eb.exists(eb.selectFrom('slugs').select('slugs.id').whereRef('slugs.appId', '=', 'apps.id')).as('deployed'),
    ]);
  let dynos = db.selectFrom('dynos').select(['id', 'appId', 'name', 'state', 'host', 'port']).where('type', '=', 'web');
  if (appId) {
    apps = apps.where('apps.id', '=', appId);
    dynos = dynos.where('appId', '=', appId);
  }
  const [appRows, dynoRows] = await Promise.all([apps.execute(), dynos.execute()]);
  return appRows.map(({ quantity, deployed, ...app }) => ({
    ...app,
    deployed: Boolean(deployed),
    wanted: quantity ?? 0,
    dynos: dynoRows.filter((dyno) => dyno.appId === app.appId),
  }));
}
