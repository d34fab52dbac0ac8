// A log line: time + source + ps + text. The one place that makes and prints them (devcenter.heroku.com/articles/logging).
import { cleanText } from './log-text.js';

export type LogSource = 'app' | 'heroku';

export interface LogLine {
  /** Milliseconds since the epoch; a fraction carries microseconds. */
  time: number;
  /** `app`: a dyno's own output, and the API's; `heroku`: the platform. */
  source: LogSource;
  /** `web.1`, `router`, `api` */
  ps: string;
  text: string;
}

/** A line the platform says about a dyno: `heroku[web.1]: State changed from starting to up`. */
export function platformLine(time: number, ps: string, text: string): LogLine {
  return { time, source: 'heroku', ps, text };
}

/** A line about an API action: `app[api]: Release v3 created by user jane@example.com`. */
export function apiLine(time: number, text: string): LogLine {
  return { time, source: 'app', ps: 'api', text };
}

/** `2026-03-13T15:08:07.123000+00:00 app[web.1]: text`, on one line whatever the text holds. */
export function formatLine(line: LogLine): string {
  return `${formatTime(line.time)} ${line.source}[${line.ps}]: ${cleanText(line.text)}`;
}

/** Most lines are of the same second as the one before: up to its point, the text is, too. */
let lastSecond = NaN;
let lastPrefix = '';

/** `2026-03-13T15:08:07.123456+00:00`: the time of a printed line, always TIME_LENGTH characters. */
export function formatTime(ms: number): string {
  const micros = Math.round(ms * 1000);
  const second = Math.floor(micros / 1_000_000);
  if (second !== lastSecond) [lastSecond, lastPrefix] = [second, new Date(second * 1000).toISOString().slice(0, 20)];
  return `${lastPrefix}${String(micros - second * 1_000_000).padStart(6, '0')}+00:00`;
}

export const TIME_LENGTH = 32;

/** Reads a printed line back. Null when it isn't one. */
export function parseLine(printed: string): LogLine | null {
  const open = printed.indexOf('[', TIME_LENGTH);
  const close = printed.indexOf(']: ', open);
  const time = Date.parse(`${printed.slice(0, 23)}Z`);
  const source = printed.slice(TIME_LENGTH + 1, open);
  if (open < 0 || close < 0 || Number.isNaN(time) || (source !== 'app' && source !== 'heroku')) return null;
  const micros = Number(printed.slice(23, 26));
  return { time: time + micros / 1000, source, ps: printed.slice(open + 1, close), text: printed.slice(close + 3) };
}
