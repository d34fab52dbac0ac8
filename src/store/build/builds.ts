import { sql } from 'kysely';
import type { Build, BuildReport, BuildStatus, CommitTold } from '../../model/build/build.js';
import type { Page, Range } from '../../model/page.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  created_at: { column: 'createdAt', kind: 'time' },
  id: { column: 'id', kind: 'uuid' },
};

type NewBuild = Pick<Build, 'appId' | 'userId' | 'origin' | 'stack' | 'source' | 'commit' | 'sourceDescription' | 'buildpacks'> &
  Partial<Pick<Build, 'submodules' | 'checksum' | 'gitRef' | 'connectionId' | 'sourceDir'>>;

export function insertBuild(
  { db }: Store,
  { submodules = [], checksum = null, gitRef = null, connectionId = null, ...build }: NewBuild,
): Promise<Build> {
  const blank = { slugId: null, releaseId: null, failure: null, startedAt: null, heartbeatAt: null, builder: null, finishedAt: null };
  return db
    .insertInto('builds')
    .values({
      ...build,
      ...blank,
      checksum,
      gitRef,
      connectionId,
      status: 'pending',
      buildpacks: JSON.stringify(build.buildpacks),
      submodules: JSON.stringify(submodules),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function findBuild({ db }: Store, id: string): Promise<Build | undefined> {
  return db
    .selectFrom('builds')
    .selectAll()
    .where(sql<string>`id::text`, '=', id)
    .executeTakeFirst();
}

/** A part of the list of an app's builds. */
export function pageOfBuilds({ db }: Store, appId: string, range: Range): Promise<Page<Build>> {
  return readPage(db.selectFrom('builds').selectAll().where('appId', '=', appId), range, SORTED_BY);
}

/** An app's builds, newest first. */
export function listBuilds({ db }: Store, appId: string, limit = 200): Promise<Build[]> {
  return db.selectFrom('builds').selectAll().where('appId', '=', appId).orderBy('createdAt', 'desc').limit(limit).execute();
}

/** The newest of an app's builds that was pushed by git. */
export function latestPushedBuild({ db }: Store, appId: string): Promise<Build | undefined> {
  const pushed = db.selectFrom('builds').selectAll().where('appId', '=', appId).where('origin', '=', 'git');
  return pushed.orderBy('createdAt', 'desc').limit(1).executeTakeFirst();
}

/** Builds that have not ended, oldest first; of one app or of all. */
export function listPendingBuilds({ db }: Store, appId?: string): Promise<Build[]> {
  let query = db.selectFrom('builds').selectAll().where('status', '=', 'pending').orderBy('createdAt');
  if (appId) query = query.where('appId', '=', appId);
  return query.execute();
}

/** Whether an earlier build of the same app failed with the same commit. */
export async function hasFailedBefore({ db }: Store, { id, appId, commit }: Pick<Build, 'id' | 'appId' | 'commit'>): Promise<boolean> {
  if (commit === null) return false;
  const failed = db.selectFrom('builds').select('id').where('appId', '=', appId).where('status', '=', 'failed');
  return (await failed.where('commit', '=', commit).where('id', '!=', id).limit(1).executeTakeFirst()) !== undefined;
}

/** Builds that a user started and that have not ended. */
export function listPendingBuildsOf({ db }: Store, userId: string): Promise<Build[]> {
  return db.selectFrom('builds').selectAll().where('status', '=', 'pending').where('userId', '=', userId).execute();
}

/** Takes a pending build that no builder has begun; undefined when another did, or it has ended. */
export function claimBuild({ db }: Store, id: string, builder: string): Promise<Build | undefined> {
  return db
    .updateTable('builds')
    .set({ builder, startedAt: sql<Date>`now()`, heartbeatAt: sql<Date>`now()`, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('startedAt', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Writes down which buildpacks a build really used: with the commit that was found for each. */
export function pinBuildpacks({ db }: Store, id: string, buildpacks: string[]): Promise<unknown> {
  return db
    .updateTable('builds')
    .set({ buildpacks: JSON.stringify(buildpacks) })
    .where('id', '=', id)
    .execute();
}

/** Writes down which commit a repository's ref has turned out to be. */
export function noteCommit(
  { db }: Store,
  id: string,
  found: { commit: string; sourceDescription: string; told: CommitTold },
): Promise<unknown> {
  const { commit, sourceDescription, told } = found;
  return db
    .updateTable('builds')
    .set({ commit, sourceDescription, commitTold: JSON.stringify(told) })
    .where('id', '=', id)
    .execute();
}

/** Keeps what the buildpacks reported, whether the build succeeds or not. */
export function saveReports({ db }: Store, id: string, reports: BuildReport[]): Promise<unknown> {
  return db
    .updateTable('builds')
    .set({ reports: JSON.stringify(reports) })
    .where('id', '=', id)
    .execute();
}

/** Notes the slug and release of a pending build, in the transaction that makes the release. False when it has ended: it was cancelled. */
export async function releaseBuild({ db }: Store, id: string, made: { slugId: string; releaseId: string }): Promise<boolean> {
  const row = await db
    .updateTable('builds')
    .set({ ...made, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The build of a repository elsewhere that a release was made by. */
export function connectedBuildOf({ db }: Store, releaseId: string): Promise<Build | undefined> {
  const built = db.selectFrom('builds').selectAll().where('releaseId', '=', releaseId).where('connectionId', 'is not', null);
  return built.executeTakeFirst();
}

/** Says that the builder is alive; false once the build has ended some other way (cancelled, say). */
export async function beatBuild({ db }: Store, id: string): Promise<boolean> {
  const row = await db
    .updateTable('builds')
    .set({ heartbeatAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Ends a pending build. Undefined when it had ended already: the first result stays. One whose release is in the ledger
 * has succeeded, whatever became of its builder afterwards.
 */
export function finishBuild(
  { db }: Store,
  id: string,
  result: { status: 'succeeded'; slugId: string; releaseId: string } | { status: 'failed'; failure: string },
): Promise<Build | undefined> {
  const isReleased = sql`release_id is not null`;
  const changes =
    result.status === 'succeeded'
      ? result
      : {
          status: sql<BuildStatus>`case when ${isReleased} then 'succeeded' else 'failed' end`,
          failure: sql<string | null>`case when ${isReleased} then null else ${result.failure} end`,
        };
  return db
    .updateTable('builds')
    .set({ ...changes, finishedAt: sql<Date>`now()`, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returningAll()
    .executeTakeFirst();
}

/** Started builds whose builder hasn't been heard of for `ms`, by the database's own clock. */
export function listLostBuilds({ db }: Store, ms: number): Promise<Build[]> {
  return db
    .selectFrom('builds')
    .selectAll()
    .where('status', '=', 'pending')
    .where('heartbeatAt', '<', sql<Date>`now() - ${ms} * interval '1 millisecond'`)
    .execute();
}

/** Keeps what a build said; nothing, when its app was destroyed meanwhile. */
export function saveBuildOutput({ db }: Store, buildId: string, output: string): Promise<unknown> {
  return db
    .insertInto('buildOutputs')
    .columns(['buildId', 'output'])
    .expression(
      db
        .selectFrom('builds')
        .select(['id', sql<string>`${output}`.as('output')])
        .where('id', '=', buildId)
        .forKeyShare(),
    )
    .onConflict((oc) => oc.column('buildId').doUpdateSet({ output }))
    .execute();
}

/** The whole output of a build that has ended; undefined while it runs. */
export async function readBuildOutput({ db }: Store, buildId: string): Promise<string | undefined> {
  const row = await db.selectFrom('buildOutputs').select('output').where('buildId', '=', buildId).executeTakeFirst();
  return row?.output;
}
