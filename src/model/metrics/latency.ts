// How long requests took, as counts of buckets that grow by 4 %: any percentile is right within 2 %, and what several routers or
// intervals counted is added up without losing that (DDSketch, arxiv.org/abs/1908.10693).

const ACCURACY = 0.02;
const GROWTH = Math.log((1 + ACCURACY) / (1 - ACCURACY));
/** A day: what takes longer is counted with it. */
const LONGEST_MS = 86_400_000;
const BUCKETS = bucketOf(LONGEST_MS) + 1;

/** Requests by bucket: `{"0": 3, "58": 1}` are three of 1 ms or less, and one of 10 ms. */
export type Latency = Record<string, number>;

/** Counts one more of so many milliseconds. */
export function addLatency(into: Latency, ms: number): void {
  const bucket = bucketOf(ms);
  into[bucket] = (into[bucket] ?? 0) + 1;
}

/** Adds what was counted elsewhere. */
export function mergeLatency(into: Latency, more: Latency): void {
  for (const [bucket, count] of Object.entries(more)) into[bucket] = (into[bucket] ?? 0) + count;
}

/** The milliseconds that each of these shares of them (0.5, 0.99: in this order) didn't exceed; null where none were counted. */
export function percentiles(latencies: readonly Latency[], shares: readonly number[]): (number | null)[] {
  const counts = new Float64Array(BUCKETS);
  let total = 0;
  for (const latency of latencies) {
    for (const bucket in latency) {
      counts[Number(bucket)]! += latency[bucket]!;
      total += latency[bucket]!;
    }
  }
  if (total === 0) return shares.map(() => null);
  let [at, counted] = [-1, 0];
  return shares.map((share) => {
    while (counted < Math.max(1, total * share)) counted += counts[(at += 1)]!;
    return middleOf(at);
  });
}

function bucketOf(ms: number): number {
  return Math.ceil(Math.log(Math.min(Math.max(ms, 1), LONGEST_MS)) / GROWTH);
}

function middleOf(bucket: number): number {
  return (Math.exp(bucket * GROWTH) * 2) / (1 + Math.exp(GROWTH));
}
