// Which records of a log stream that was opened again have been heard before. The engine's `since` includes its moment,
// and stdout and stderr are stamped apart: so the last moment is kept of each, and how many records bore it.
import type { OutputStream } from './engine-records.js';

export interface Moment {
  time: string;
  count: number;
}

export type Heard = { [stream in OutputStream]?: Moment | undefined };

/**
 * Whether a record was heard before.
 * @param before what had been heard when the stream was opened
 * @param again what has been met since then; changed
 */
export function isRepeat(before: Heard, again: Heard, stream: OutputStream, time: string): boolean {
  const met = again[stream];
  const count = met?.time === time ? met.count + 1 : 1;
  again[stream] = { time, count };
  const last = before[stream];
  if (!last) return false;
  const order = compareTimes(time, last.time);
  return order < 0 || (order === 0 && count <= last.count);
}

/** The moment to ask the engine for: `seconds.nanoseconds`, or 0 for all there is. */
export function sinceOf(heard: Heard): string {
  const times = [heard.stdout?.time, heard.stderr?.time].filter((time) => time !== undefined);
  const first = times.sort(compareTimes)[0];
  if (!first) return '0';
  return `${Date.parse(`${first.slice(0, 19)}Z`) / 1000}.${nanos(first)}`;
}

function compareTimes(a: string, b: string): number {
  const x = a.slice(0, 19) + nanos(a);
  const y = b.slice(0, 19) + nanos(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Engines leave trailing zeros out: `…07.12Z`. */
function nanos(time: string): string {
  return time.slice(20, -1).padEnd(9, '0');
}
