import { expect, test } from 'vitest';
import { compare, median, meets } from '../../../bench/support/bench.js';
import { formatTable } from '../../../bench/support/table.js';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[], 0],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test.each([
  [1.25, { most: 1.25 }, true],
  [1.26, { most: 1.25 }, false],
  [0.9, { least: 1 }, false],
  [1.1, { least: 1 }, true],
  [null, { most: 1 }, null],
  [5, null, null],
])('a ratio of %d against %j: %j', (ratio, target, met) => {
  expect(meets({ what: '', floor: '', ours: '', ratio, target })).toBe(met);
});

test('the table names target and verdict', () => {
  const results = [
    compare('code-only push', [400, 420, 440], [800, 500, 600], 1.5),
    { what: 'router', floor: '20k', ours: '9k', ratio: 0.45, target: null },
    compare('slow', [1_000], [2_000], 1.1),
  ];
  expect(formatTable(results)).toBe(
    [
      '                 floor    ours  ratio   target',
      'code-only push  0.42 s  0.60 s  1.43x  ≤ 1.50x  pass',
      'router             20k      9k  0.45x',
      'slow            1.00 s  2.00 s  2.00x  ≤ 1.10x  miss',
    ].join('\n'),
  );
});
