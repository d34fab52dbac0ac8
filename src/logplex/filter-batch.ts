// Applies a session's filter to batches.
import type { LogBatch } from '../bus/log-lines.js';
import { matches, showsAll, type LogFilter } from '../model/logs/log-filter.js';

/** The lines of a batch, without their line feeds. */
export function linesOf(batch: LogBatch): string[] {
  const lines = batch.text.split('\n');
  lines.pop();
  return lines;
}

/** The batch with the lines that pass, under its own number; the same one when all do. */
export function filterBatch(batch: LogBatch, filter: LogFilter): LogBatch {
  if (showsAll(filter)) return batch;
  const passed = linesOf(batch).filter((line) => matches(line, filter));
  if (passed.length === batch.count) return batch;
  return { seq: batch.seq, count: passed.length, text: passed.map((line) => `${line}\n`).join('') };
}
