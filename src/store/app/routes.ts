// What the router needs to know of all apps, in one read.
import { sql } from 'kysely';
import type { Dyno } from '../../model/dyno.js';
import type { ReleaseStatus } from '../../model/release.js';
import type { Store } from '../open-store.js';

export type RouteDyno = Pick<Dyno, 'name' | 'state' | 'host' | 'port' | 'id'>;

export interface AppRoute {
  appId: string;
  name: string;
  /** Host names that lead to it, in lower case, wildcards among them; the first is the platform's own. */
  hosts: string[];
  /** Of those that have a certificate of their own: its id, and which it is of those it has had (`id@time`). */
  certificates?: Record<string, string> | undefined;
  /** What an authority asks for now: token → answer. */
  challenges?: Record<string, string> | undefined;
  /** The same of those that TLS meets: host → token. */
  tlsChallenges?: Record<string, string> | undefined;
  /** Whether what comes over plain HTTP is redirected. */
  httpsOnly?: boolean;
  /** Whether all requests of a browser go to one dyno. */
  hasAffinity?: boolean;
  /** URLs of its own pages, where it has any. */
  errorPage?: string;
  maintenancePage?: string;
  maintenance: boolean;
  /** Whether anything has been released with a slug. */
  deployed: boolean;
  /** Whether the current release has a process type `web`; while none has succeeded, the one that is being carried out. */
  hasWeb: boolean;
  /** Web dynos the formation asks for, also while the release has no `web`. */
  wanted: number;
  /** The size of its web dyno where it has one; null where it has several. */
  onlySize: string | null;
  dynos: RouteDyno[];
}

/** Routes of every app, or of those named by id, with their names in `domain`. An app that no longer exists is not among them. */
export async function readRoutes({ db }: Store, domain: string, appIds?: string[]): Promise<AppRoute[]> {
  let apps = db
    .selectFrom('apps')
    .leftJoin('formations', (join) => join.onRef('formations.appId', '=', 'apps.id').on('formations.type', '=', 'web'))
    .select([
      'apps.id as appId',
      'apps.name',
      'apps.maintenance',
      'apps.features',
      'errorPageUrl',
      'maintenancePageUrl',
      'formations.quantity',
      'formations.size',
    ])
    .select((eb) => {
      const newest = (status: ReleaseStatus) =>
        eb
          .selectFrom('releases')
          .innerJoin('slugs', 'slugs.id', 'releases.slugId')
          .select(sql<boolean>`slugs.process_types ? 'web'`.as('hasWeb'))
          .whereRef('releases.appId', '=', 'apps.id')
          .where('releases.status', '=', status)
          .orderBy('releases.version', 'desc')
          .limit(1);
      return eb.fn.coalesce(newest('succeeded'), newest('pending')).as('hasWeb');
    })
    .select((eb) => [
      eb
        .selectFrom('dynos')
        .select(
          sql<RouteDyno[]>`jsonb_agg(jsonb_build_object('id', id, 'name', name, 'state', ${stateNow}, 'host', host, 'port', port))`.as(
            'all',
          ),
        )
        .whereRef('dynos.appId', '=', 'apps.id')
        .where('type', '=', 'web')
        .where('oneOff', '=', false)
        .as('dynos'),
      eb
        .selectFrom('domains')
        .select(sql<string[]>`array_agg(hostname order by hostname)`.as('all'))
        .whereRef('domains.appId', '=', 'apps.id')
        .as('added'),
      eb
        .selectFrom('domains')
        .innerJoin('certificates', 'certificates.id', 'domains.certificateId')
        .select(sql<Record<string, string>>`jsonb_object_agg(hostname, certificates.id || '@' || certificates.updated_at)`.as('all'))
        .whereRef('domains.appId', '=', 'apps.id')
        .as('certificates'),
      eb
        .selectFrom('acmeChallenges')
        .select(sql<Record<string, string>>`jsonb_object_agg(token, key_authorization)`.as('all'))
        .whereRef('appId', '=', 'apps.id')
        .where('pairSealed', 'is', null)
        .where('dnsName', 'is', null)
        .as('challenges'),
      eb
        .selectFrom('acmeChallenges')
        .select(sql<Record<string, string>>`jsonb_object_agg(hostname, token)`.as('all'))
        .whereRef('appId', '=', 'apps.id')
        .where('pairSealed', 'is not', null)
        .as('tlsChallenges'),
    ]);
  if (appIds) apps = apps.where('apps.id', 'in', appIds);
  const rows = await apps.execute();
  return rows.map(
    ({
      dynos,
      quantity,
      size,
      hasWeb,
      added,
      certificates,
      challenges,
      tlsChallenges,
      features,
      errorPageUrl,
      maintenancePageUrl,
      ...app
    }) => ({
      ...app,
      hosts: [`${app.name}.${domain}`.toLowerCase(), ...(added ?? [])],
      certificates: certificates ?? undefined,
      challenges: challenges ?? undefined,
      ...(tlsChallenges && { tlsChallenges }),
      ...(features.includes('http-session-affinity') && { hasAffinity: true }),
      ...(features.includes('https-only') && { httpsOnly: true }),
      ...(errorPageUrl && { errorPage: errorPageUrl }),
      ...(maintenancePageUrl && { maintenancePage: maintenancePageUrl }),
      deployed: hasWeb !== null,
      hasWeb: hasWeb ?? false,
      wanted: quantity ?? 0,
      onlySize: quantity === 1 ? size : null,
      dynos: dynos ?? [],
    }),
  );
}

/** A crashed dyno that starts again at this moment is starting: what waits for it goes on waiting. */
const stateNow = sql<Dyno['state']>`
  case when state = 'crashed' and restart_at between now() - interval '2 seconds' and now() + interval '100 milliseconds'
    then 'starting' else state end
`;
