// Which backups are kept, by plan. Pure.
import type { Transfer } from './transfer.js';

export interface Retention {
  /** So many that people asked for; the oldest go. */
  byHand: number;
  /** Of those by the clock, all of so many days; and one a week, of so many weeks. */
  days: number;
  weeks: number;
}

/** Heroku's for its essential and standard plans. */
export const RETENTION: Retention = { byHand: 25, days: 7, weeks: 4 };

const DAY_MS = 24 * 3_600_000;
/** What failed is looked at for so long. */
const FAILED_MS = 7 * DAY_MS;
const MOST_RESTORES = 25;

type Kept = Pick<Transfer, 'id' | 'kind' | 'isScheduled' | 'state' | 'proof' | 'createdAt'>;

/**
 * Those of one database that go. The newest that succeeded stays whatever its age, and so does the newest that was verified; nothing
 * goes that is under way.
 */
export function expired(all: readonly Kept[], keep: Retention, now: Date): string[] {
  const newestFirst = all.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const ageOf = ({ createdAt }: Kept) => now.getTime() - createdAt.getTime();
  const good = newestFirst.filter(({ kind, state }) => kind === 'backup' && state === 'succeeded');
  const last = [good[0], good.find(({ proof }) => proof === 'verified')];
  const weeks = new Set<number>();
  const isWeekly = ({ createdAt }: Kept) => {
    const week = Math.floor(createdAt.getTime() / (7 * DAY_MS));
    return !weeks.has(week) && Boolean(weeks.add(week));
  };
  const byHand = good.filter(({ isScheduled }) => !isScheduled).slice(0, keep.byHand);
  const byClock = good.filter(({ isScheduled }) => isScheduled);
  // Of each week the oldest, so that the same one stays while its week goes on.
  const weekly = byClock.toReversed().filter(isWeekly);
  const kept = new Set<Kept | undefined>([
    ...last,
    ...byHand,
    ...byClock.filter((each) => ageOf(each) < keep.days * DAY_MS),
    ...weekly.filter((each) => ageOf(each) < keep.weeks * 7 * DAY_MS),
    ...good.filter(({ proof }) => proof === 'due' || proof === 'running'),
    ...newestFirst.filter(({ state }) => state === 'pending' || state === 'running'),
    ...newestFirst.filter((each) => (each.state === 'failed' || each.state === 'cancelled') && ageOf(each) < FAILED_MS),
    ...newestFirst.filter(({ kind, state }) => kind === 'restore' && state === 'succeeded').slice(0, MOST_RESTORES),
  ]);
  return newestFirst.filter((each) => !kept.has(each)).map(({ id }) => id);
}
