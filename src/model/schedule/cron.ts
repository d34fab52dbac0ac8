// Cron expressions: five fields, at most once a minute, by the clock of a time zone. Where clocks are set forwards, what falls into
// the hour that isn't there runs when it is over; where they are set back, a time of day comes once, and every so many minutes go on.
import { Cron } from 'croner';
import { PlatformError } from '../errors.js';

export interface Times {
  cron: string;
  timezone: string;
}

const NICKNAME = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;
const MOST_CHARS = 200;
/** Any time will do to see whether there is a next run at all. */
const SOME_TIME = new Date(0);

/** Throws `invalid_params` that names the expression or the time zone, and what is wrong with it. */
export function checkTimes(times: Times): void {
  checkTimezone(times.timezone);
  const problem = problemOf(times);
  if (problem === null) return;
  const shown = times.cron.length > MOST_CHARS ? `${times.cron.slice(0, MOST_CHARS)}…` : times.cron;
  throw new PlatformError('invalid_params', `cron ${JSON.stringify(shown)}: ${problem}`);
}

/** The first run after a time. Of times that were checked. */
export function nextRun(times: Times, after: Date): Date {
  const next = open(times).nextRun(after);
  if (!next) throw new Error(`${times.cron} never comes`);
  return next;
}

function problemOf(times: Times): string | null {
  const { cron } = times;
  const count = cron.trim().split(/\s+/).length;
  if (cron.trim() === '') return 'it is empty; it has five fields: minute, hour, day of the month, month, day of the week.';
  if (cron.length > MOST_CHARS) return `it has more than ${MOST_CHARS} characters.`;
  if (cron.trim().startsWith('@'))
    return NICKNAME.test(cron.trim()) ? null : 'there are @hourly, @daily, @weekly, @monthly and @yearly; all else has five fields.';
  if (count === 6 || count === 7) return `it has ${count} fields; a schedule has five, and runs at most once a minute.`;
  if (count !== 5)
    return `it has ${count} ${count === 1 ? 'field' : 'fields'} of five: minute, hour, day of the month, month, day of the week.`;
  try {
    return open(times).nextRun(SOME_TIME) ? null : 'there is no such day, so it would never run.';
  } catch (error) {
    return wordsOf(error as Error);
  }
}

/** `CronPattern: Invalid value for minute: 61` → `invalid value for minute: 61.` */
function wordsOf({ message }: Error): string {
  const words = message.replace(/^CronPattern: /, '').replace(/[,.]?$/, '.');
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** Throws `invalid_params` for what is no time zone. */
function checkTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (error) {
    throw new PlatformError(
      'invalid_params',
      `timezone ${JSON.stringify(timezone.slice(0, MOST_CHARS))} is not known. Names are such as Europe/Vienna, America/New_York or UTC.`,
      { cause: error },
    );
  }
}

function open({ cron, timezone }: Times): Cron {
  return new Cron(cron.trim(), { timezone, mode: '5-part', paused: true });
}
