// What a benchmark is: it measures Slipway against a floor of the same minute, and says how they compare.
import type { Platform } from '../../test/support/platform.js';

export interface Result {
  what: string;
  /** As printed: `1.42 s`. */
  floor: string;
  ours: string;
  /** Ours against the floor, or against the limit; null where there is nothing to compare with. */
  ratio: number | null;
  /** What the ratio should be. */
  target: { most: number } | { least: number } | null;
}

export interface Bench {
  name: string;
  /** One sentence, printed before it runs. */
  about: string;
  run(platform: Platform, note: (text: string) => void): Promise<Result[]>;
}

/** Whether a result is what it should be; null where nothing is asked. */
export function meets({ ratio, target }: Result): boolean | null {
  if (ratio === null || target === null) return null;
  return 'most' in target ? ratio <= target.most : ratio >= target.least;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Medians of rounds, ours against the floor. */
export function compare(what: string, floorMs: number[], oursMs: number[], most: number): Result {
  const floor = median(floorMs);
  const ours = median(oursMs);
  return { what, floor: seconds(floor), ours: seconds(ours), ratio: ours / floor, target: { most } };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** Milliseconds that `work` takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** What should be so much at most. */
export function atMost(what: string, ours: number, limit: number, text: (value: number) => string): Result {
  return { what, floor: `≤ ${text(limit)}`, ours: text(ours), ratio: ours / limit, target: { most: 1 } };
}
