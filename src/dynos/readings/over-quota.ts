// R14: when a dyno is told that it has more memory than its size allows. Pure: a state, a look, what is said.
import type { DynoSize } from '../../model/dyno-size.js';

/** Since when a dyno has had too much, and when it was told; absent while it hasn't. */
export interface Over {
  since: number;
  toldAt: number | null;
}

type Limits = Pick<DynoSize, 'memoryMb' | 'burst'>;

/** So long it may have too much, and so often it is told, as at Heroku. */
const AFTER_MS = 20_000;
/** With a hard limit that is the quota nothing can be above it: this near counts. */
const NEAR = 0.95;
const MB = 1024 * 1024;

/** @param usedBytes what counts, as usedBytes() has it */
export function judgeMemory(before: Over | undefined, o: { usedBytes: number; size: Limits; now: number }): Over | undefined {
  const { usedBytes, size, now } = o;
  const most = size.memoryMb * MB;
  const isOver = size.burst > 1 ? usedBytes > most : usedBytes >= most * NEAR;
  if (!isOver) return undefined;
  const { since, toldAt } = before ?? { since: now, toldAt: null };
  return { since, toldAt: now - (toldAt ?? since) >= AFTER_MS ? now : toldAt };
}

/** What Heroku says before either code: `Process running mem=628M(122.6%)`. */
export function memoryText(usedBytes: number, { memoryMb }: Pick<Limits, 'memoryMb'>): string {
  const mb = usedBytes / MB;
  return `Process running mem=${Math.round(mb)}M(${((mb / memoryMb) * 100).toFixed(1)}%)`;
}

/** The hard limit. */
export function mostBytes({ memoryMb, burst }: Limits): number {
  return Math.round(memoryMb * burst) * MB;
}
