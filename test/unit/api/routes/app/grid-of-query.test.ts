import { describe, expect, it } from 'vitest';
import { gridOfQuery } from '../../../../../src/api/routes/app/grid-of-query.js';

const NOW = Date.parse('2026-11-28T12:34:56Z');

describe('what is asked of metrics', () => {
  it.each([
    [{}, 10],
    [{ window: '2h' }, 10],
    [{ window: '24h' }, 60],
    [{ window: '7d' }, 600],
    [{ start_time: '2026-11-28T12:00:00Z' }, 10],
    [{ start_time: '2026-11-27T13:00:00+00:00', end_time: '2026-11-27T14:00:00Z' }, 60],
    [{ start_time: '2026-11-28T12:00:00Z', end_time: '2027-01-01T00:00:00Z' }, 10],
  ])('%j has steps of %d s', (query, step) => expect(gridOfQuery(query, NOW).stepMs).toBe(step * 1000));

  it.each<[Record<string, string | string[]>, RegExp]>([
    [{ window: '3h' }, /^window: must be 2h, 24h, 7d\.$/],
    [{ window: '' }, /^window: must be/],
    [{ window: ['2h', '24h'] }, /^window: is given twice/],
    [{ window: '2h', start_time: '2026-11-28T12:00:00Z' }, /^window: is asked for together/],
    [{ start_time: 'yesterday' }, /^start_time: must be a time/],
    [{ start_time: '2026-11-28' }, /^start_time: must be a time/],
    [{ start_time: '2026-02-31T00:00:00Z' }, /^start_time: must be a time/],
    [{ end_time: '2026-11-28T12:00:00Z' }, /^start_time: is missing/],
    [{ start_time: '2026-11-01T12:00:00Z' }, /^start_time: is more than 7 days ago/],
    [{ start_time: '2026-11-28T12:00:00Z', end_time: '2026-11-28T11:00:00Z' }, /^end_time: must be after/],
    [{ start_time: '2026-11-28T12:00:00Z', end_time: ['x', 'y'] }, /^end_time: is given twice/],
  ])('%j is refused', (query, words) => expect(() => gridOfQuery(query, NOW)).toThrow(words));
});
