// What one slow reader hasn't taken yet: capped, the newest kept, what it loses counted.
import { compareSequences } from '../model/logs/log-sequence.js';
import type { LogBatch } from '../bus/log-lines.js';

export interface Lost {
  count: number;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface TailBuffer {
  push(batch: LogBatch): void;
  /** Counts lines that never came here. */
  lose(count: number): void;
  /** The oldest batch, if any. */
  take(): LogBatch | undefined;
  /** What has been lost since it was last asked; null for nothing. */
  takeLost(): Lost | null;
  /** Drops batches up to a number, those to come as well: they were shown before. */
  dropUntil(seq: string): void;
  readonly size: number;
}

export function makeTailBuffer(o: { maxChars: number; now: () => number }): TailBuffer {
  let batches: LogBatch[] = [];
  let chars = 0;
  let lost: Lost | null = null;
  let floor = '';

  function lose(count: number): void {
    lost ??= { count: 0, since: o.now() };
    lost.count += count;
  }

  function take(): LogBatch | undefined {
    const batch = batches.shift();
    chars -= batch?.text.length ?? 0;
    return batch;
  }

  return {
    take,
    lose,
    push(batch) {
      if (floor !== '' && compareSequences(batch.seq, floor) <= 0) return;
      batches.push(batch);
      chars += batch.text.length;
      while (chars > o.maxChars && batches.length > 1) lose(take()?.count ?? 0);
    },
    takeLost() {
      const told = lost;
      lost = null;
      return told;
    },
    dropUntil(seq) {
      floor = seq;
      batches = batches.filter((batch) => compareSequences(batch.seq, seq) > 0);
      chars = batches.reduce((sum, batch) => sum + batch.text.length, 0);
    },
    get size() {
      return batches.length;
    },
  };
}
