import { expect, it } from 'vitest';
import { describePlace, queueNews } from '../../../../src/api/output/queue-news.js';

it.each([
  [3, true, 'Waiting for a free builder (3 builds ahead)'],
  [1, true, 'Waiting for a free builder (1 build ahead)'],
  [0, true, 'Waiting for a free builder (next in line)'],
  [-1, true, ''],
  [3, false, 'No builder is running now; the build begins as soon as one is'],
])('place %i, a builder is up: %s', (place, isUp, text) => {
  expect(describePlace(place, isUp)).toBe(text);
});

it('is told when the place changes, not twice', async () => {
  let waiting = ['a', 'b', 'mine'];
  const pulses = async () => [{ process: 'builder', node: 'here', pid: 1, at: 0 }];
  const tell = queueNews({ waiting: async () => waiting, pulses });
  expect(await tell('mine')).toBe('-----> Waiting for a free builder (2 builds ahead)\n');
  expect(await tell('mine')).toBe('');
  waiting = ['mine'];
  expect(await tell('mine')).toBe('-----> Waiting for a free builder (next in line)\n');
  waiting = [];
  expect(await tell('mine')).toBe('');
});
