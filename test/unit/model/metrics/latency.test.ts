import { describe, expect, it } from 'vitest';
import { addLatency, mergeLatency, percentiles, type Latency } from '../../../../src/model/metrics/latency.js';

function of(times: readonly number[]): Latency {
  const latency: Latency = {};
  for (const ms of times) addLatency(latency, ms);
  return latency;
}

/** Long-tailed, and the same each time. */
const TIMES = Array.from({ length: 10_000 }, (_, n) => 2 + ((n * 7_919) % 10_007) ** 2 / 900);
const exact = (share: number) => TIMES.toSorted((a, b) => a - b)[Math.ceil(TIMES.length * share) - 1]!;

describe('percentiles of latencies', () => {
  it.each([0.01, 0.5, 0.95, 0.99, 1])('the one of %d is right within 2 %', (share) => {
    expect(Math.abs(percentiles([of(TIMES)], [share])[0]! / exact(share) - 1)).toBeLessThan(0.021);
  });

  it('are found together', () => {
    const shares = [0.5, 0.95, 0.99, 1];
    expect(percentiles([of(TIMES)], shares)).toEqual(shares.flatMap((share) => percentiles([of(TIMES)], [share])));
    expect(percentiles([of([10])], [0, 0.5, 1])).toEqual([10, 10, 10].map((ms) => expect.closeTo(ms, 0)));
  });

  it('are the same when two routers counted, or when intervals are rolled up', () => {
    const merged: Latency = {};
    for (let n = 0; n < 7; n += 1) mergeLatency(merged, of(TIMES.filter((_, at) => at % 7 === n)));
    expect(merged).toEqual(of(TIMES));
  });

  it('survive JSON', () => {
    expect(JSON.parse(JSON.stringify(of(TIMES)))).toEqual(of(TIMES));
  });

  it('are none of nothing', () => expect(percentiles([{}], [0.5, 0.99])).toEqual([null, null]));

  it('take few numbers, whatever is counted', () => {
    const wild = of([0, -1, 1e-9, 1, 1e15, Infinity, ...Array.from({ length: 100_000 }, (_, n) => n ** 2)]);
    expect(Object.keys(wild).length).toBeLessThan(470);
  });
});
