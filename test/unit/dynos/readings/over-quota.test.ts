import { expect, it } from 'vitest';
import { judgeMemory, memoryText, mostBytes, type Over } from '../../../../src/dynos/readings/over-quota.js';

const MB = 1024 * 1024;
const PLAIN = { memoryMb: 512, burst: 1 };
const BURSTS = { memoryMb: 512, burst: 2 };

/** When, of looks every 10 s, it is told. */
function told(size: typeof PLAIN, usedMb: number[]): number[] {
  let over: Over | undefined;
  return usedMb.flatMap((used, index) => {
    const now = index * 10;
    over = judgeMemory(over, { usedBytes: used * MB, size, now: now * 1000 });
    return over?.toldAt === now * 1000 ? [now] : [];
  });
}

it.each([
  ['below', PLAIN, [480, 480, 480, 480], []],
  ['within 5 % of a hard limit that is the quota, for 20 s', PLAIN, [487, 490, 487], [20]],
  ['not for 20 s', PLAIN, [500, 500, 400, 500, 500, 400], []],
  ['for long: every 20 s', PLAIN, [500, 500, 500, 500, 500, 500, 500], [20, 40, 60]],
  ['again, after it was below', PLAIN, [500, 500, 500, 100, 500, 500, 500], [20, 60]],
  ['near a quota that it may go beyond', BURSTS, [511, 511, 511, 511], []],
  ['beyond its quota', BURSTS, [628, 628, 628], [20]],
])('%s', (_about, size, usedMb, at) => expect(told(size, usedMb)).toEqual(at));

it('is said as Heroku says it', () => {
  expect(memoryText(628 * MB, PLAIN)).toBe('Process running mem=628M(122.7%)');
  expect(memoryText(mostBytes(BURSTS), BURSTS)).toBe('Process running mem=1024M(200.0%)');
});
