// Which lines a log session shows.
import { TIME_LENGTH } from './log-line.js';

export interface LogFilter {
  source?: string | null;
  /** A dyno name, or a process type that stands for all of its dynos. */
  dyno?: string | null;
}

/** Whether a printed line passes; filters combine with AND. */
export function matches(printed: string, filter: LogFilter): boolean {
  const open = printed.indexOf('[', TIME_LENGTH);
  if (filter.source && printed.slice(TIME_LENGTH + 1, open) !== filter.source) return false;
  if (!filter.dyno) return true;
  const ps = printed.slice(open + 1, printed.indexOf(']', open));
  return ps === filter.dyno || ps.startsWith(`${filter.dyno}.`);
}

/** Whether every line passes. */
export function showsAll(filter: LogFilter): boolean {
  return !filter.source && !filter.dyno;
}
