// Times as Heroku's CLI prints them.
import type { StyledCell } from './table.js';

/** A time for a column: where there is no room only how long ago it was. */
export function whenCell(iso: string, now: Date): StyledCell {
  return { text: timeAndAge(iso, now), short: `${age(now.getTime() - Date.parse(iso))} ago` };
}

/** `2026/03/13 15:08:07 +0000 (~ 30m ago)`, in local time. */
export function timeAndAge(iso: string, now: Date): string {
  const time = new Date(iso);
  return `${localTime(time)} (~ ${age(now.getTime() - time.getTime())} ago)`;
}

/** `12s`, `30m`, `22h`, and days from 25 hours on. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 25 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}

function localTime(time: Date): string {
  const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  const offset = -time.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}${two(offset % 60)}`;
  const date = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${zone}`;
}
