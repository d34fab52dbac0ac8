// The schedules that an app names in its app.json:
//
//   {"cron": [{"command": "rake tidy", "schedule": "*/10 * * * *", "timezone": "Europe/Vienna", "name": "tidy", "size": "Basic",
//              "allow_overlap": true}, …]}
//
// Of these, `command` and `schedule` are needed.
import { PlatformError } from '../errors.js';
import { checkTimes } from './cron.js';
import { checkScheduleName, MOST_SCHEDULES, nameFor, type ScheduleWish } from './schedule.js';

export const MOST_APP_JSON_CHARS = 65_536;
export const MOST_COMMAND_CHARS = 4_096;

/** In order, each with a name. Throws `invalid_params` naming the entry that can't be used. */
export function readAppJsonCron(text: string): ScheduleWish[] {
  if (!text.includes('"cron"')) return [];
  const list = (parseJson(text) as { cron?: unknown } | null)?.cron;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw refusal('cron must be a list of objects with command and schedule.');
  if (list.length > MOST_SCHEDULES) throw refusal(`cron has ${list.length} entries; ${MOST_SCHEDULES} are the most.`);
  const taken = new Set<string>();
  return list.map((entry: unknown, index) => {
    try {
      const wish = readEntry(entry, taken);
      taken.add(wish.name);
      return wish;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      throw refusal(`cron, entry ${index + 1}: ${error.message}`);
    }
  });
}

function readEntry(given: unknown, taken: ReadonlySet<string>): ScheduleWish {
  const entry = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const command = textOf(entry, 'command');
  const cron = textOf(entry, 'schedule');
  if (command === undefined || command.trim() === '') throw invalid('command must be what to run.');
  if (command.length > MOST_COMMAND_CHARS) throw invalid(`command has more than ${MOST_COMMAND_CHARS} characters.`);
  if (cron === undefined) throw invalid('schedule must be a cron expression, such as "0 3 * * *".');
  const timezone = textOf(entry, 'timezone') ?? 'UTC';
  checkTimes({ cron, timezone });
  const name = textOf(entry, 'name') ?? nameFor(command, taken);
  checkScheduleName(name);
  if (taken.has(name)) throw invalid(`the name ${name} is there twice.`);
  const allowOverlap = entry['allow_overlap'] ?? false;
  if (typeof allowOverlap !== 'boolean') throw invalid('allow_overlap must be true or false.');
  return { name, cron, timezone, command, size: textOf(entry, 'size') ?? null, allowOverlap };
}

function textOf(entry: Record<string, unknown>, key: string): string | undefined {
  const value = entry[key] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw invalid(`${key} must be a text.`);
  if (value?.includes('\0')) throw invalid(`${key} must not contain NUL.`);
  return value;
}

function parseJson(text: string): unknown {
  if (text.length > MOST_APP_JSON_CHARS) throw refusal(`it is larger than ${MOST_APP_JSON_CHARS / 1024} kB.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(`it is not valid JSON, so its cron can't be read: ${(error as Error).message}`);
  }
}

function invalid(message: string): PlatformError {
  return new PlatformError('invalid_params', message);
}

function refusal(problem: string): PlatformError {
  return invalid(`app.json: ${problem}`);
}
