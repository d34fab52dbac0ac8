import { describe, expect, it } from 'vitest';
import { gridOf, gridOfWindow } from '../../../../src/model/metrics/levels.js';
import { addReading, addRequest, type Point } from '../../../../src/model/metrics/point.js';
import { dynoSeries, spread, statusSeries } from '../../../../src/model/metrics/series.js';

const NOW = Date.parse('2026-11-28T12:34:56Z');
const at = (text: string) => Date.parse(`2026-11-28T${text}Z`);

describe('the grid', () => {
  it.each([
    ['2h', '10:34:50', '12:34:50', 720],
    ['24h', null, '12:34:00', 1_440],
    ['7d', null, '12:30:00', 1_008],
  ] as const)('of %s ends with the last interval that is over', (window, start, end, steps) => {
    const grid = gridOfWindow(window, NOW);
    if (start) expect(grid.start).toBe(at(start));
    expect(grid.end).toBe(at(end));
    expect((grid.end - grid.start) / grid.stepMs).toBe(steps);
  });

  it.each([
    ['an hour ago', 3_600_000, 10_000],
    ['five hours ago', 5 * 3_600_000, 60_000],
    ['two days ago', 48 * 3_600_000, 600_000],
  ])('from %s on is as fine as is kept', (_name, ago, stepMs) => {
    expect(gridOf({ start: NOW - ago, end: NOW, now: NOW }).stepMs).toBe(stepMs);
  });

  it('of what is to come is empty', () => {
    const grid = gridOf({ start: NOW + 60_000, end: NOW + 120_000, now: NOW });
    expect(grid.end - grid.start).toBe(0);
    expect(spread([], grid)).toEqual([]);
  });
});

describe('series', () => {
  const grid = { start: at('12:00:00'), end: at('12:03:00'), stepMs: 60_000 };

  it('merge what is finer into steps, and leave gaps empty', () => {
    const of = (status: number, ms: number): Point => {
      const point: Point = {};
      addRequest(point, { status, ms });
      return point;
    };
    const points = [
      { at: new Date(at('12:00:00')), point: of(200, 10) },
      { at: new Date(at('12:02:10')), point: of(200, 100) },
      { at: new Date(at('12:02:50')), point: of(500, 1_000) },
      { at: new Date(at('12:03:00')), point: of(200, 7) },
      { at: new Date(at('11:59:50')), point: of(200, 7) },
    ];
    const [all, ok, failed, ...none] = statusSeries(spread(points, grid));
    expect(none).toEqual([]);
    expect(all).toMatchObject({ status: 'all', count: [1, 0, 2] });
    expect(ok).toMatchObject({ status: '2xx', count: [1, 0, 1] });
    expect(failed).toMatchObject({ status: '5xx', count: [0, 0, 1], p50: [null, null, expect.closeTo(1_000, -2)] });
    expect(all!.p99[2]).toBeCloseTo(1_000, -2);
    expect(all!.p50).toEqual([expect.closeTo(10, 0), null, expect.closeTo(100, -1)]);
  });

  it('of dynos come by type and number, those that ran last where there are too many', () => {
    const of = (...names: string[]): Point => {
      const point: Point = {};
      for (const name of names) addReading(point, name, { type: name.split('.')[0]!, memoryMb: 1, load: 0 });
      return point;
    };
    const steps = [of('run.9', 'web.10', 'web.2'), {}, of('worker.1', 'web.2', 'web.10')];
    const names = (most: number, type?: string) =>
      dynoSeries(steps, most, (_name, each) => (type ?? each) === each).map(({ name }) => name);
    expect(names(100)).toEqual(['run.9', 'web.2', 'web.10', 'worker.1']);
    expect(names(3)).toEqual(['web.2', 'web.10', 'worker.1']);
    expect(names(100, 'web')).toEqual(['web.2', 'web.10']);
    expect(dynoSeries(steps, 1, (name) => name === 'run.9')[0]?.memoryMb).toEqual([1, null, null]);
  });
});
