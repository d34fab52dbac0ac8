import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchDisk } from '../../../../src/builder/machine/watch-disk.js';

describe('the watch on the disk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const roomy = 100_000;

  function meters(...looks: { usedMb: number; freeMb: number }[][]) {
    let opened = 0;
    let closed = 0;
    const open = async () => {
      const mine = looks[opened++] ?? [];
      return {
        looks: (async function* () {
          yield* mine;
        })(),
        close: async () => void (closed += 1),
      };
    };
    return { open, counts: () => [opened, closed] };
  }

  it.each([
    [
      'build',
      [
        { usedMb: 10, freeMb: roomy },
        { usedMb: Number.NaN, freeMb: Number.NaN },
        { usedMb: 101, freeMb: roomy },
      ],
    ],
    [
      'disk',
      [
        { usedMb: 10, freeMb: roomy },
        { usedMb: 10, freeMb: 511 },
      ],
    ],
    [null, [{ usedMb: 100, freeMb: 512 }]],
  ] as const)('finds that the %s is full', async (fullness, looks) => {
    const full = vi.fn();
    const { open, counts } = meters([...looks]);
    const watch = watchDisk(open, 100, full);
    await vi.advanceTimersByTimeAsync(1_499);
    expect(counts()).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([watch.fullness(), full.mock.calls.length, ...counts()]).toEqual([fullness, fullness ? 1 : 0, 1, 1]);
    watch.stop();
  });

  it('looks with another meter when one has ended or could not be had', async () => {
    const { open } = meters([], [{ usedMb: 101, freeMb: roomy }]);
    let tries = 0;
    const watch = watchDisk(
      () => (tries++ === 1 ? Promise.reject(new Error('no container')) : open()),
      100,
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect([watch.fullness(), tries]).toEqual(['build', 3]);
  });

  it('ends with the build', async () => {
    const { open, counts } = meters();
    watchDisk(open, 100, () => undefined).stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(counts()).toEqual([0, 0]);
  });
});
