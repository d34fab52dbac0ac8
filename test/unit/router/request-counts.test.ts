import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { percentiles } from '../../../src/model/metrics/latency.js';
import { openRequestCounts } from '../../../src/router/request-counts.js';

type Over = Parameters<ReturnType<typeof openRequestCounts>['add']>[0];

const over = (o: Partial<Over> & { appId?: string }): Over => ({
  route: { appId: o.appId ?? 'a' } as Over['route'],
  failure: undefined,
  status: 200,
  isSwitched: false,
  connectMs: undefined,
  sentTick: undefined,
  ...o,
});

it('counts by app and status, with the time that the dyno took', () => {
  const counts = openRequestCounts();
  counts.add(over({ sentTick: performance.now() - 100, connectMs: 20 }));
  counts.add(over({ status: 101, isSwitched: true, sentTick: 0 }));
  counts.add(over({ failure: { code: 'H10' }, status: undefined }));
  counts.add(over({ failure: { code: 'H27' }, sentTick: performance.now() - 10 }));
  counts.add(over({ failure: { code: 'H26', status: 414 } }));
  counts.add(over({ appId: 'b' }));
  const points = counts.take();
  expect([...points.keys()]).toEqual(['a', 'b']);
  const { requests } = points.get('a')!;
  const told = Object.fromEntries(
    Object.entries(requests!).map(([status, { count, latency }]) => [status, [count, Object.keys(latency).length]]),
  );
  expect(told).toEqual({ '1xx': [1, 0], '2xx': [1, 1], '4xx': [2, 1], '5xx': [1, 0] });
  const ms = percentiles([requests!['2xx']!.latency], [0.5])[0]!;
  expect(ms).toBeGreaterThan(115);
  expect(counts.take().size).toBe(0);
});

it('takes a bounded amount of memory, whatever comes', () => {
  const counts = openRequestCounts();
  for (let n = 0; n < 200_000; n += 1)
    counts.add(over({ appId: `app-${n % 100}`, status: n % 1_000, sentTick: performance.now() - n * 50 }));
  const numbers = [...counts.take().values()].flatMap(({ requests }) =>
    Object.values(requests!).map(({ latency }) => Object.keys(latency).length),
  );
  expect(Math.max(...numbers)).toBeLessThan(470);
  expect(numbers.length).toBeLessThanOrEqual(500);
});
