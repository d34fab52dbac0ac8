import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { Schedule } from '../../model/schedule/schedule.js';
import type { User } from '../../model/user.js';
import { deleteSchedule } from '../../store/schedule/schedules.js';
import type { Context } from '../context.js';

/** Removes it and its history; a run that goes on isn't stopped. Throws `invalid_params` for one of the app's app.json. */
export async function removeSchedule(ctx: Context, app: App, user: User, schedule: Schedule): Promise<void> {
  if (schedule.origin === 'app.json')
    throw new PlatformError('invalid_params', `${schedule.name} comes from app.json: take it out there, and push.`);
  await deleteSchedule(ctx.store, schedule.id);
  ctx.lines.write(app.id, apiLine(Date.now(), `Remove schedule ${schedule.name} by user ${user.email}`));
}
