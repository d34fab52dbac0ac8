// The apps that somebody may see, as a query: each way to an app is a branch of its own, by an index of its own, so that a page of
// many costs what a page of few does.
import type { SelectQueryBuilder } from 'kysely';
import type { App } from '../../model/app.js';
import type { VisibleApps } from '../../model/may.js';
import type { Store } from '../open-store.js';
import type { Schema } from '../schema.js';

type Column = keyof App;

/** These columns of those apps, to be read from `apps` as the table is. */
export function selectSeen<const C extends readonly Column[]>(
  { db }: Store,
  { among, ids }: VisibleApps,
  columns: C,
): SelectQueryBuilder<Schema, 'apps', Pick<App, C[number]>> {
  const all = () => {
    const query = db.selectFrom('apps').select(columns);
    return ids === null ? query : query.where('id', 'in', ids.length > 0 ? [...ids] : [NOBODY]);
  };
  if (among === null) return all() as unknown as SelectQueryBuilder<Schema, 'apps', Pick<App, C[number]>>;
  const { ownerIds, openOwnerIds, collaboratorId } = among;
  const owned = ownerIds.map((id) => all().where('ownerId', '=', id));
  const open = openOwnerIds.map((id) => all().where('ownerId', '=', id).where('locked', '=', false));
  const letIn = all()
    .where('id', 'in', (eb) => eb.selectFrom('collaborators').select('appId').where('userId', '=', collaboratorId))
    .where('ownerId', 'not in', [NOBODY, ...ownerIds])
    .where((eb) => eb.or([eb('locked', '=', true), eb('ownerId', 'not in', [NOBODY, ...openOwnerIds])]));
  const union = [...owned, ...open].reduce((branches, branch) => branches.unionAll(branch), letIn);
  return db.selectFrom(union.as('apps')).select(columns as never) as unknown as SelectQueryBuilder<Schema, 'apps', Pick<App, C[number]>>;
}

/** Lists of ids must not be empty in SQL. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
