// The past of an app's log, as a session wants it.
import type { LogBatch } from '../bus/log-lines.js';
import type { LogFilter } from '../model/logs/log-filter.js';
import { formatTime, TIME_LENGTH } from '../model/logs/log-line.js';
import { missingBetween } from '../model/logs/log-sequence.js';
import { filterBatch, linesOf } from './filter-batch.js';

const WEEK_MS = 604_800_000;

export interface Past {
  /** Null when there is nothing to show. */
  shown: LogBatch | null;
  /** The number up to which the past was read; empty when there is none. */
  last: string;
  /** Lines after `resumeFrom` that aren't kept any more. */
  missing: number;
}

/**
 * The last `lines` lines that pass the filter and are younger than a week, oldest first.
 * @param o.resumeFrom instead, all that came after this number
 * @param o.now milliseconds since the epoch
 */
export function selectPast(batches: LogBatch[], o: { lines: number; filter: LogFilter; now: number; resumeFrom: string }): Past {
  const oldest = batches[0];
  const last = batches.at(-1)?.seq ?? o.resumeFrom;
  const tooOld = formatTime(o.now - WEEK_MS);
  const passed = batches.flatMap((batch) => linesOf(filterBatch(batch, o.filter))).filter((line) => line.slice(0, TIME_LENGTH) > tooOld);
  const lines = o.resumeFrom === '' ? passed.slice(passed.length - Math.min(o.lines, passed.length)) : passed;
  const shown = lines.length > 0 ? { seq: last, count: lines.length, text: `${lines.join('\n')}\n` } : null;
  return { shown, last, missing: oldest && o.resumeFrom !== '' ? missingBetween(o.resumeFrom, oldest) : 0 };
}
