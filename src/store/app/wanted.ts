// What the dyno manager compares: what each app's current release and formation ask for.
import { sql } from 'kysely';
import type { App } from '../../model/app.js';
import type { FormationEntry } from '../../model/formation.js';
import type { Release } from '../../model/release.js';
import type { Slug } from '../../model/build/slug.js';
import type { Store } from '../open-store.js';

export interface AppWants {
  app: Pick<App, 'id' | 'name'>;
  release: Pick<Release, 'id' | 'version' | 'createdAt'>;
  slug: Pick<Slug, 'id' | 'digest' | 'diffId' | 'size' | 'base' | 'stack' | 'commit' | 'processTypes' | 'container'>;
  formation: Pick<FormationEntry, 'type' | 'quantity' | 'size'>[];
}

/** Every app that dynos are wanted of, or one that has something to run: its newest succeeded release, with slug and formation. */
export async function readWants({ db }: Store, appId?: string): Promise<AppWants[]> {
  let releases = db
    .selectFrom('releases')
    .innerJoin('apps', 'apps.id', 'releases.appId')
    .innerJoin('slugs', 'slugs.id', 'releases.slugId')
    .distinctOn('releases.appId')
    .select(['apps.id as appId', 'apps.name as appName', 'releases.id', 'releases.version', 'releases.createdAt'])
    .select([
      'slugs.id as slugId',
      'slugs.digest',
      'slugs.diffId',
      'slugs.size',
      'slugs.base',
      'slugs.stack',
      'slugs.commit',
      'slugs.processTypes',
      'slugs.container',
    ])
    .where('releases.status', '=', 'succeeded')
    .orderBy('releases.appId')
    .orderBy('releases.version', 'desc');
  let entries = db.selectFrom('formations').select(['appId', 'type', 'quantity', 'size']).where('quantity', '>', 0).orderBy('type');
  if (appId) {
    releases = releases.where('releases.appId', '=', appId);
    entries = entries.where('appId', '=', appId);
  } else {
    releases = releases.where(({ exists, selectFrom }) =>
      exists(selectFrom('formations').select('type').whereRef('formations.appId', '=', 'releases.appId').where('quantity', '>', 0)),
    );
  }
  const [releaseRows, entryRows] = [await releases.execute(), await entries.execute()];
  return releaseRows.map((row) => ({
    app: { id: row.appId, name: row.appName },
    release: { id: row.id, version: row.version, createdAt: row.createdAt },
    slug: {
      id: row.slugId,
      digest: row.digest,
      diffId: row.diffId,
      size: row.size,
      base: row.base,
      stack: row.stack,
      commit: row.commit,
      processTypes: row.processTypes,
      container: row.container,
    },
    formation: entryRows.filter((entry) => entry.appId === row.appId).map(({ type, quantity, size }) => ({ type, quantity, size })),
  }));
}

/** Ids of the images that dynos may soon need again: those of each app's newest `keep` releases on the stack container. */
export async function recentImages(store: Store, keep: number): Promise<Set<string>> {
  const rows = await recentSlugs(store, keep).select('slugs.container').where('slugs.container', 'is not', null).execute();
  return new Set(rows.flatMap((row) => Object.values(row.container?.images ?? {}).map((image) => image.id)));
}

/** Digests of archives that dynos may soon need again: those of each app's newest `keep` releases. */
export async function recentDigests(store: Store, keep: number): Promise<Set<string>> {
  const rows = await recentSlugs(store, keep).select(['slugs.digest', 'slugs.base']).execute();
  return new Set(rows.flatMap((row) => [row.digest, ...row.base.map((layer) => layer.digest)]));
}

function recentSlugs({ db }: Store, keep: number) {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('releases')
        .select(['slugId', sql<number>`row_number() over (partition by app_id order by version desc)`.as('age')])
        .where('slugId', 'is not', null)
        .as('recent'),
    )
    .innerJoin('slugs', 'slugs.id', 'recent.slugId')
    .where('recent.age', '<=', keep);
}
