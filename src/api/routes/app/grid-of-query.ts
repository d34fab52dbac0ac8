// The part of metrics that a URL asks for: `?window=24h`, or `?start_time=…&end_time=…`.
import { z } from 'zod';
import { gridOf, gridOfWindow, LEVELS, LONGEST_MS, type Grid } from '../../../model/metrics/levels.js';
import { PlatformError } from '../../../model/errors.js';

const WINDOWS = LEVELS.map(({ window }) => window);
const moment = z.iso.datetime({ offset: true });

type Query = Record<string, string | string[] | undefined>;

/** The grid of times; the last two hours where nothing is asked for. Throws `invalid_params`. */
export function gridOfQuery(query: Query, now: number): Grid {
  const [window, start, end] = [text(query, 'window'), time(query, 'start_time'), time(query, 'end_time')];
  if (window !== undefined && (start !== undefined || end !== undefined))
    throw wrong('window', 'is asked for together with start_time or end_time: name one or the other');
  const known = WINDOWS.find((each) => each === (window ?? '2h'));
  if (!known) throw wrong('window', `must be ${WINDOWS.join(', ')}`);
  if (start === undefined && end === undefined) return gridOfWindow(known, now);
  if (start === undefined) throw wrong('start_time', 'is missing: end_time needs one');
  if (start < now - LONGEST_MS) throw wrong('start_time', 'is more than 7 days ago, and nothing is kept for longer');
  if (end !== undefined && end <= start) throw wrong('end_time', 'must be after start_time');
  return gridOf({ start, end: end ?? now, now });
}

/** What is asked for by this name, once. Throws `invalid_params`. */
export function text(query: Query, name: string): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) throw wrong(name, 'is given twice');
  return value;
}

function time(query: Query, name: string): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  if (!moment.safeParse(value).success) throw wrong(name, 'must be a time such as 2026-11-28T12:00:00Z');
  return Date.parse(value);
}

function wrong(name: string, what: string): PlatformError {
  return new PlatformError('invalid_params', `${name}: ${what}.`);
}
