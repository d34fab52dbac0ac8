// A log line: time + source + ps + text. The one place that makes and prints them (platform reference §8.1).

export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  /** `app`: a dyno's own output, and the API's; `heroku`: the platform. */
  source: 'app' | 'heroku';
  /** `web.1`, `router`, `api` */
  ps: string;
  text: string;
}

export const MAX_LINE_BYTES = 10_000;

/** A line the platform says about a dyno: `heroku[web.1]: State changed from starting to up`. */
export function platformLine(time: number, ps: string, text: string): LogLine {
  return { time, source: 'heroku', ps, text };
}

/** A line about an API action: `app[api]: Release v3 created by user jane@example.com`. */
export function apiLine(time: number, text: string): LogLine {
  return { time, source: 'app', ps: 'api', text };
}

/** `2026-03-13T15:08:07.123000+00:00 app[web.1]: text` */
export function formatLine(line: LogLine): string {
  return `${formatTime(line.time)} ${line.source}[${line.ps}]: ${line.text}`;
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}

export interface LogFilter {
  source?: string | undefined;
  /** A dyno name, or a process type that stands for all of its dynos. */
  dyno?: string | undefined;
}

/** Whether a line passes; filters combine with AND. */
export function matches(line: LogLine, filter: LogFilter): boolean {
  if (filter.source && line.source !== filter.source) return false;
  if (filter.dyno && line.ps !== filter.dyno && !line.ps.startsWith(`${filter.dyno}.`)) return false;
  return true;
}
