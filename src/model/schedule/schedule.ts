// A schedule: a command of an app that runs by the clock, each time in a one-off dyno of the type `scheduler`.
import { PlatformError } from '../errors.js';

/** What is asked for, by people or by an app.json. */
export interface ScheduleWish {
  name: string;
  /** `0 3 * * *` */
  cron: string;
  /** `Europe/Vienna` */
  timezone: string;
  command: string;
  /** Null is what other dynos of the type have, or the app's usual one. */
  size: string | null;
  /** Whether one run may begin while another goes on. */
  allowOverlap: boolean;
}

export interface Schedule extends ScheduleWish {
  id: string;
  appId: string;
  /** Those of an app.json belong to the release: the next one replaces them. */
  origin: 'people' | 'app.json';
  /** When it runs next. */
  dueAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** `skipped` could have run and did not, `missed` had nobody who looked at the clock. */
export type RunState = 'running' | 'succeeded' | 'failed' | 'skipped' | 'missed';

export interface ScheduleRun {
  id: string;
  scheduleId: string;
  /** Null when somebody asked for it. */
  dueAt: Date | null;
  state: RunState;
  /** Why it didn't run. */
  reason: string | null;
  dynoId: string | null;
  /** `scheduler.4821` */
  dynoName: string | null;
  exitStatus: number | null;
  createdAt: Date;
  endedAt: Date | null;
}

export const SCHEDULER_TYPE = 'scheduler';
/** Of an app, by hand and in its app.json, each. */
export const MOST_SCHEDULES = 50;
/** Of a schedule's past so many are kept, and shown. */
export const MOST_RUNS = 1_000;
const MOST_NAME_CHARS = 60;
const NAME = /^[a-z0-9][-a-z0-9_]{0,59}$/;

/** Throws `invalid_params` unless it can name a schedule. */
export function checkScheduleName(name: string): void {
  if (!NAME.test(name))
    throw new PlatformError(
      'invalid_params',
      `Name ${JSON.stringify(name)} can only contain lowercase letters, digits, - and _, must start with a letter or digit, and ` +
        `has at most ${MOST_NAME_CHARS} characters.`,
    );
}

/** A name for what runs this command: `rake tidy` → `rake-tidy`; with a number where that is taken. */
export function nameFor(command: string, taken: ReadonlySet<string>): string {
  const words = command
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  return freeName(words || 'schedule', taken);
}

/** The name, with a number behind it where it is taken: `tidy-2`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const short = name.slice(0, MOST_NAME_CHARS - 4);
  for (let number = 2; ; number += 1) if (!taken.has(`${short}-${number}`)) return `${short}-${number}`;
}
