// How schedules and their runs are shown.
import type { ScheduleResource, ScheduleRunResource } from '../../api/resources.js';
import { age } from '../../terminal/age.js';
import type { StyledCell } from '../../terminal/table.js';

type Run = Omit<ScheduleRunResource, 'schedule'>;

/** `0 3 * * * Europe/Vienna`: that of UTC goes without saying. */
export function timesText({ cron, timezone }: Pick<ScheduleResource, 'cron' | 'timezone'>): string {
  return timezone === 'UTC' ? cron : `${cron} ${timezone}`;
}

/** `in 30m (2026-03-13T15:10Z)` */
export function untilText(iso: string, now: Date): string {
  return `in ${age(Date.parse(iso) - now.getTime())} (${iso.slice(0, 16)}Z)`;
}

/** `succeeded 30m ago`, `failed (1)`; without `now` it is told when elsewhere. */
export function outcomeCell(run: Run, now?: Date): StyledCell {
  const { state, exit_status: status } = run;
  const word = state === 'failed' && status !== null ? `failed (${status})` : state;
  const text = now ? `${word} ${age(now.getTime() - Date.parse(run.ended_at ?? run.created_at))} ago` : word;
  return { text, ...(state === 'failed' ? { style: 'red' } : state === 'skipped' || state === 'missed' ? { style: 'yellow' } : {}) };
}
