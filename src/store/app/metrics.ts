import { sql } from 'kysely';
import { LEVELS, type Grid } from '../../model/metrics/levels.js';
import type { Point } from '../../model/metrics/point.js';
import type { TimedPoint } from '../../model/metrics/series.js';
import type { Store } from '../open-store.js';

interface Interval {
  at: Date;
  stepMs: number;
  /** Who knows this: several may write of one interval. */
  source: string;
}

/**
 * Writes what is known of an interval, of all apps by id, at once; what was written of it before by the same source is replaced.
 * Always in the same order: two who roll up at once would wait for each other.
 */
export async function writePoints({ db }: Store, { at, stepMs, source }: Interval, points: Map<string, Point>): Promise<void> {
  if (points.size === 0) return;
  const known = [...points.values()].map((point) => JSON.stringify(point));
  // Of apps that are gone, nothing is kept.
  await sql`
    insert into metrics (app_id, step_s, at, source, point)
    select given.app_id, ${stepMs / 1000}::integer, ${at}::timestamptz, ${source}, given.point
    from unnest(${[...points.keys()]}::uuid[], ${known}::jsonb[]) as given (app_id, point)
    join apps on apps.id = given.app_id
    order by given.app_id
    on conflict (app_id, step_s, at, source) do update set point = excluded.point`.execute(db);
}

/** An app's points from the grid's start to its end: those of its steps, and finer ones where they haven't been rolled up yet. */
export async function readPoints({ db }: Store, appId: string, { start, end, stepMs }: Grid): Promise<TimedPoint[]> {
  const all: TimedPoint[] = [];
  let from = start;
  for (const level of LEVELS.filter((each) => each.stepMs <= stepMs).toReversed()) {
    const points = await db
      .selectFrom('metrics')
      .select(['at', 'point'])
      .where('appId', '=', appId)
      .where('stepS', '=', level.stepMs / 1000)
      .where('at', '>=', new Date(from))
      .where('at', '<', new Date(end))
      .orderBy('at')
      .execute();
    all.push(...points);
    const last = points.at(-1);
    if (last) from = last.at.getTime() + level.stepMs;
  }
  return all;
}

/** When the first interval of these steps, at or after `from`, begins; null where there is none. */
export async function firstInterval({ db }: Store, stepMs: number, from: Date): Promise<Date | null> {
  const row = await ofStep(db, stepMs).where('at', '>=', from).orderBy('at').limit(1).executeTakeFirst();
  return row?.at ?? null;
}

/** When the last interval of these steps, at or before `upTo`, begins; null where there is none. */
export async function lastInterval({ db }: Store, stepMs: number, upTo: Date): Promise<Date | null> {
  const row = await ofStep(db, stepMs).where('at', '<=', upTo).orderBy('at', 'desc').limit(1).executeTakeFirst();
  return row?.at ?? null;
}

function ofStep(db: Store['db'], stepMs: number) {
  return db
    .selectFrom('metrics')
    .select('at')
    .where('stepS', '=', stepMs / 1000);
}

/** All apps' points of these steps that begin within the time. */
export function readInterval({ db }: Store, stepMs: number, from: Date, to: Date): Promise<{ appId: string; point: Point }[]> {
  return db
    .selectFrom('metrics')
    .select(['appId', 'point'])
    .where('stepS', '=', stepMs / 1000)
    .where('at', '>=', from)
    .where('at', '<', to)
    .execute();
}

/** Forgets points of these steps that began before; those that somebody else is forgetting are left to them. */
export async function forgetPoints({ db }: Store, stepMs: number, before: Date): Promise<void> {
  await sql`
    delete from metrics where ctid = any (array(
      select ctid from metrics where step_s = ${stepMs / 1000} and at < ${before} for update skip locked))`.execute(db);
}

/**
 * Forgets what was written of apps that are gone: a process may have come with its last ten seconds after that. Goes from app to
 * app in the index, not through all points.
 */
export async function forgetGoneApps({ db }: Store): Promise<void> {
  await sql`
    with recursive known (id) as (
      (select app_id from metrics order by app_id limit 1)
      union all
      select (select app_id from metrics where app_id > known.id order by app_id limit 1) from known where known.id is not null
    )
    delete from metrics using known
    where metrics.app_id = known.id and not exists (select from apps where apps.id = known.id)`.execute(db);
}
