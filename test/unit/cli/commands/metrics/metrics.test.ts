import { describe, expect, it } from 'vitest';
import type { DynoMetricsResource, RouterMetricsResource } from '../../../../../src/cli/api/resources.js';
import { drawMetrics } from '../../../../../src/cli/commands/metrics/draw-metrics.js';
import { sparkline, squeeze } from '../../../../../src/cli/commands/metrics/sparkline.js';
import { tabulate } from '../../../../../src/cli/commands/metrics/tabulate.js';

const span = { start_time: '2026-11-28T12:00:00.000Z', end_time: '2026-11-28T12:00:40.000Z', step: 10 };
const router: RouterMetricsResource = {
  ...span,
  statuses: [
    { status: 'all', count: [10, 0, 25, 5], p50: [12, null, 40, 20], p95: [30, null, 80, 50], p99: [35, null, 12_000, 60] },
    { status: '2xx', count: [10, 0, 24, 5], p50: [12, null, 39, 20], p95: [30, null, 80, 50], p99: [35, null, 12_000, 60] },
    { status: '5xx', count: [0, 0, 1, 0], p50: [null, null, 5, null], p95: [null, null, 5, null], p99: [null, null, 5, null] },
  ],
};
const dynos: DynoMetricsResource = {
  ...span,
  dynos: [
    { type: 'web', name: 'web.1', memory: [90, null, 100, 101.5], memory_max: [95, null, 120, 110], load: [0, null, 0.5, 1] },
    { type: 'run', name: 'run.1\u001b[2J', memory: [null, null, 5, null], memory_max: [null, null, 5, null], load: [null, null, 0, null] },
  ],
};

describe('sparkline', () => {
  it.each([
    [[0, 1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇██'],
    [[0, 0], '▁▁'],
    [[null, 5, null], ' █ '],
    [[], ''],
  ])('%j', (values, line) => expect(sparkline(values)).toBe(line));

  it('loses no peak when it is squeezed', () => {
    const values = Array.from({ length: 1_440 }, (_, n) => (n === 777 ? 9 : n % 2 ? null : 1));
    const squeezed = squeeze(values, 50);
    expect(squeezed).toHaveLength(50);
    expect(squeezed.filter((value) => value === 9)).toHaveLength(1);
    expect(
      squeeze(
        Array.from({ length: 700 }, () => null),
        50,
      ).every((value) => value === null),
    ).toBe(true);
  });
});

describe('paas metrics', () => {
  it.each([80, 200])('fits a screen of %d columns, a line for each series', (columns) => {
    const lines = drawMetrics(router, dynos, { app: 'demo', window: '2h', columns, paint: (_, text) => text });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines).toEqual([
      '=== demo, the last 2h',
      '',
      'Requests per second',
      '2xx  ▄▁█▂  now 0.50  most 2.4',
      '5xx  ▁▁█▁  now 0     most 0.10',
      '',
      'Response time',
      'p50  ▃ █▅  now 20 ms  most 40 ms',
      'p95  ▄ █▆  now 50 ms  most 80 ms',
      'p99  ▁ █▁  now 60 ms  most 12.0 s',
      '',
      'Memory',
      'web.1  ▇ ██  now 110 MB  most 120 MB',
      'run.1    █   now -       most 5 MB',
      '',
      'Load',
      'web.1  ▁ ▅█  now 1.00  most 1.00',
      'run.1    ▁   now -     most 0.00',
    ]);
  });

  it('says where nothing was measured', () => {
    const none = { ...router, statuses: [{ status: 'all', count: [0], p50: [null], p95: [null], p99: [null] }] };
    const lines = drawMetrics(none, { ...span, dynos: [] }, { app: 'demo', window: '2h', columns: 80, paint: (_, text) => text });
    expect(lines.filter((line) => line === 'nothing yet')).toHaveLength(4);
  });

  it('is a plain table in a pipe, without rows that say nothing', () => {
    const [head, ...rows] = tabulate(router, dynos).map((line) => line.split(/ {2,}/));
    expect(head!.slice(0, 8)).toEqual(['time', '2xx', '5xx', 'p50_ms', 'p95_ms', 'p99_ms', 'web.1_mb', 'web.1_load']);
    expect(rows.map((row) => row[0])).toEqual(['2026-11-28T12:00:00.000Z', '2026-11-28T12:00:20.000Z', '2026-11-28T12:00:30.000Z']);
    expect(rows[0]!.slice(1, 8)).toEqual(['10', '0', '12', '30', '35', '90', '0']);
  });
});
