// The lines of a batch, each with its number: read once for all drains of an app.
import type { LogBatch } from '../../bus/log-lines.js';
import { linesOf } from '../filter-batch.js';

export interface NumberedLine {
  /** `<ms when the log began>-<n>`, in two parts. */
  began: string;
  n: number;
  /** As it is printed. */
  text: string;
}

const read = new WeakMap<LogBatch, NumberedLine[]>();

export function numberedLines(batch: LogBatch): NumberedLine[] {
  const known = read.get(batch);
  if (known) return known;
  const [began = '', last] = batch.seq.split('-');
  const first = Number(last) - batch.count + 1;
  const lines = linesOf(batch).map((text, at) => ({ began, n: first + at, text }));
  read.set(batch, lines);
  return lines;
}

export function sequenceOf({ began, n }: Pick<NumberedLine, 'began' | 'n'>): string {
  return `${began}-${n}`;
}
