// Runs what is due by the clock, at its time. New schedules are told; what nobody tells of, another process's work, is found by looking.
import type { Context } from '../../actions/context.js';
import { reckonAnew, runDue } from '../../actions/schedule/run-due.js';
import { makeWake } from '../../lib/async/wake.js';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import type { Schedule } from '../../model/schedule/schedule.js';
import { listDue, listSchedules, nextDueAt } from '../../store/schedule/schedules.js';

const LOOK_MS = 10_000;

/** Begins; the returned function stops it, and waits for what is under way. May be done by several processes at once. */
export function keepSchedules(ctx: Context, now: () => number): () => Promise<void> {
  const wake = makeWake();
  let isStopped = false;
  let lastLook = Infinity;

  async function look(): Promise<void> {
    const time = now();
    const known = time < lastLook ? await listSchedules(ctx.store) : [];
    lastLook = time;
    for (const schedule of known) await reckonAnew(ctx, schedule, new Date(time)).catch(tellOf(schedule));
    for (const schedule of await listDue(ctx.store, new Date(time)))
      if (!isStopped) await runDue(ctx, schedule, new Date(time)).catch(tellOf(schedule));
  }

  /** Until the next is due, which may have come meanwhile; what was due and failed has its turn at the next look. */
  async function pauseMs(): Promise<number> {
    const next = await nextDueAt(ctx.store, new Date(lastLook));
    return next ? Math.min(LOOK_MS, Math.max(0, next.getTime() - now())) : LOOK_MS;
  }

  async function work(): Promise<void> {
    while (!isStopped) {
      const wait = await look()
        .then(pauseMs)
        .catch((error: Error) => {
          log('chore-failed', { chore: 'schedules', error: error.message });
          return LOOK_MS;
        });
      if (!isStopped) await wake.wait(wait);
    }
  }

  const worked = work();
  ctx.bus.onReconnect(wake.ring);
  // With a release come those of its app.json.
  const listening = (['schedules-changed', 'release-finished'] as const).map((channel) =>
    ctx.bus.subscribe(channel, wake.ring).catch((error: Error) => log('chore-failed', { chore: 'schedules', error: error.message })),
  );
  return async () => {
    isStopped = true;
    wake.ring();
    await worked;
    for (const each of listening) (await within(500, each))?.();
  };
}

/** One that can't be run keeps no other from it. */
function tellOf({ id, appId }: Pick<Schedule, 'id' | 'appId'>): (error: Error) => void {
  return (error) => log('schedule-fault', { schedule: id, app: appId, error: error.message });
}
