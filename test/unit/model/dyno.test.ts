import { expect, test } from 'vitest';
import { countCrash, isReleaseCommand, restartPauseMs } from '../../../src/model/dyno.js';
import { wantedDynos } from '../../../src/model/formation.js';

test('the pause after the nth crash in a row', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map((crashes) => restartPauseMs(crashes) / 1000)).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
});

test('a dyno that ran ten minutes begins to count anew', () => {
  expect(countCrash(0, 0)).toBe(1);
  expect(countCrash(4, 599_999)).toBe(5);
  expect(countCrash(4, 600_000)).toBe(1);
});

test('one-off types', () => {
  expect(['release', 'run', 'scheduler', 'web', 'worker'].map(isReleaseCommand)).toEqual([true, false, false, false, false]);
});

test('what a formation asks for', () => {
  const release = { id: 'r', version: 2 };
  const wanted = wantedDynos(
    [
      { type: 'web', quantity: 2, size: 'Basic' },
      { type: 'gone', quantity: 1, size: 'Basic' },
      { type: 'worker', quantity: 0, size: 'Basic' },
    ],
    release,
    { web: 'serve', worker: 'work' },
  );
  expect(wanted).toEqual(
    [1, 2].map((number) => ({
      name: `web.${number}`,
      type: 'web',
      number,
      size: 'Basic',
      command: 'serve',
      releaseId: 'r',
      releaseVersion: 2,
    })),
  );
  expect(wantedDynos([], release, { web: 'serve' })).toEqual([]);
});

test.each(['constructor', 'toString', '__proto__'])('a formation of %s asks for nothing where the slug has no such type', (type) => {
  expect(wantedDynos([{ type, quantity: 1, size: 'basic' }], { id: 'r1', version: 1 }, { web: 'serve' })).toEqual([]);
});
