// The schedules of a slug's app.json become those of the app, when a release of it becomes current.
import { nextRun } from '../../model/schedule/cron.js';
import { freeName, type Schedule, type ScheduleWish } from '../../model/schedule/schedule.js';
import type { Store } from '../../store/open-store.js';
import { deleteSchedule, insertSchedule, listSchedules, updateSchedule } from '../../store/schedule/schedules.js';

/**
 * Those that stay keep their history, by their names; a name that people have given to a schedule of theirs stays theirs. To be
 * called with the app's row locked.
 */
export async function takeOverCron(store: Store, o: { appId: string; cron: readonly ScheduleWish[]; now: Date }): Promise<void> {
  const all = await listSchedules(store, o.appId);
  const present = new Map(all.filter(({ origin }) => origin === 'app.json').map((schedule) => [schedule.name, schedule]));
  const taken = new Set(all.filter(({ origin }) => origin === 'people').map(({ name }) => name));
  const wanted = o.cron.map((wish) => {
    const name = freeName(wish.name, taken);
    taken.add(name);
    return { ...wish, name };
  });
  for (const { id, name } of present.values()) if (!wanted.some((wish) => wish.name === name)) await deleteSchedule(store, id);
  for (const wish of wanted) {
    const known = present.get(wish.name);
    if (!known) await insertSchedule(store, { ...wish, appId: o.appId, origin: 'app.json', dueAt: nextRun(wish, o.now) });
    else if (!isSame(known, wish)) await updateSchedule(store, known.id, { ...wish, dueAt: dueAfter(known, wish, o.now) });
  }
}

function isSame(known: Schedule, wish: ScheduleWish): boolean {
  const keys = ['cron', 'timezone', 'command', 'size', 'allowOverlap'] as const;
  return keys.every((key) => known[key] === wish[key]);
}

function dueAfter(known: Schedule, wish: ScheduleWish, now: Date): Date {
  return known.cron === wish.cron && known.timezone === wish.timezone ? known.dueAt : nextRun(wish, now);
}
