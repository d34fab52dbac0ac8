import { describe, expect, it } from 'vitest';
import { addReading, addRequest, mergePoint, type Point } from '../../../../src/model/metrics/point.js';

describe('a point', () => {
  it.each([
    [200, '2xx'],
    [304, '3xx'],
    [499, '4xx'],
    [503, '5xx'],
    [101, '1xx'],
    [999, '5xx'],
    [null, '5xx'],
  ])('counts a request of status %s as %s', (status, expected) => {
    const point: Point = {};
    addRequest(point, { status, ms: 5 });
    expect(Object.keys(point.requests!)).toEqual([expected]);
  });

  it('counts what has no time without one', () => {
    const point: Point = {};
    addRequest(point, { status: 101, ms: null });
    expect(point.requests).toEqual({ '1xx': { count: 1, latency: {} } });
  });

  it('keeps the mean and the most of what a dyno used, however it is added up', () => {
    const readings = [100, 130, 160, 90].map((memoryMb, n) => ({ type: 'web', memoryMb, load: n / 2 }));
    const [whole, first, second]: [Point, Point, Point] = [{}, {}, {}];
    for (const reading of readings) addReading(whole, 'web.1', reading);
    addReading(first, 'web.1', readings[0]!);
    for (const reading of readings.slice(1)) addReading(second, 'web.1', reading);
    mergePoint(first, second);
    expect(first).toEqual(whole);
    expect(whole.dynos).toEqual({
      'web.1': { type: 'web', readings: 4, memoryMb: 120, memoryMaxMb: 160, load: 0.75, loadMax: 1.5 },
    });
  });

  it('that is merged into another shares nothing with it', () => {
    const [into, more]: [Point, Point] = [{}, {}];
    addRequest(more, { status: 200, ms: 5 });
    addReading(more, 'web.1', { type: 'web', memoryMb: 1, load: 0 });
    const before = JSON.stringify(more);
    mergePoint(into, more);
    addRequest(into, { status: 200, ms: 5 });
    addReading(into, 'web.1', { type: 'web', memoryMb: 9, load: 0 });
    expect(JSON.stringify(more)).toBe(before);
  });
});
