// The page of the scheduler as an add-on: what an app runs by the clock, and how more is added.
import type { App } from '../../model/app.js';
import type { Schedule, ScheduleRun } from '../../model/schedule/schedule.js';
import { escapeHtml } from './escape-html.js';

/** Its HTML. `last` holds the newest run of each schedule that had one, by id. */
export function schedulesPage(app: Pick<App, 'name'>, schedules: readonly Schedule[], last: ReadonlyMap<string, ScheduleRun>): string {
  const items = schedules.map((each) => {
    const run = last.get(each.id);
    const facts = [
      `${each.cron} (${each.timezone})`,
      `next ${minuteOf(each.dueAt)}`,
      run ? `last ${run.state} ${minuteOf(run.createdAt)}` : 'never ran',
    ];
    return `<dt>${escapeHtml(each.name)}</dt><dd><code>${escapeHtml(each.command)}</code><br>${escapeHtml(facts.join(', '))}</dd>`;
  });
  const add = `paas schedule:add "*/10 * * * *" --app ${app.name} -- COMMAND`;
  const list = items.length > 0 ? `<dl>${items.join('')}</dl>` : '<p>Nothing is scheduled.</p>';
  return `${list}<p>Another is added with <code>${escapeHtml(add)}</code></p>`;
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
