// How long requests took, as counts of buckets that grow by 4 %: any percentile is right within 2 %, and what several routers or
// intervals counted is added up without losing that (DDSketch, arxiv.org/abs/1908.10693).

const ACCURACY = 0.02;
const GROWTH = Math.log((1 + ACCURACY) / (1 - ACCURACY));
/** A day in ms: no more than 460 buckets, whatever is counted. */
const LONGEST_MS = 86_400_000;

/** Requests by bucket: `{"0": 3, "58": 1}` are three of 1 ms or less, and one of 10 ms. */
export type Latency = Record<string, number>;

/** Counts one more of so many milliseconds. */
export function addLatency(into: Latency, ms: number): void {
  const bucket = Math.ceil(Math.log(Math.min(Math.max(ms, 1), LONGEST_MS)) / GROWTH);
  into[bucket] = (into[bucket] ?? 0) + 1;
}

/** Adds what was counted elsewhere. */
export function mergeLatency(into: Latency, more: Latency): void {
  for (const [bucket, count] of Object.entries(more)) into[bucket] = (into[bucket] ?? 0) + count;
}

/** The milliseconds that this share of them (0.99) didn't exceed; null where none were counted. */
export function percentile(latency: Latency, share: number): number | null {
  // Integer keys come in their order.
  const buckets = Object.entries(latency);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let rest = Math.ceil(total * share);
  for (const [bucket, count] of buckets) {
    rest -= count;
    if (rest <= 0) return (Math.exp(Number(bucket) * GROWTH) * 2) / (1 + Math.exp(GROWTH));
  }
  return null;
}
