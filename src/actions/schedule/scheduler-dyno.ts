// The dyno of a schedule's run.
import type { Dyno } from '../../model/dyno.js';
import { SCHEDULER_TYPE, type Schedule } from '../../model/schedule/schedule.js';
import type { Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { makeDyno } from '../one-off/make-dyno.js';
import type { Quota } from '../people/hold-quota.js';

/** Makes its row, with the app held. Throws `invalid_params` when it can't run, before anything is written. */
export function makeSchedulerDyno(store: Store, ctx: Context, schedule: Schedule, quota: Quota): Promise<Dyno> {
  const { command, size } = schedule;
  const wish = { command, size: size ?? undefined, attach: false, hasTty: false, env: {}, type: SCHEDULER_TYPE };
  return makeDyno(store, ctx, { appId: schedule.appId, quota }, wish);
}
