import { describe, expect, it } from 'vitest';
import { makeBufferPool, type LineBuffer } from '../../../../src/logplex/drains/line-buffer.js';
import type { NumberedLine } from '../../../../src/logplex/drains/numbered-lines.js';

const lines = (from: number, to: number, chars = 10): NumberedLine[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ began: '1', n: from + at, text: 'x'.repeat(chars) }));
const numbers = (taken: readonly NumberedLine[]) => taken.map(({ n }) => n);
const open = (o: { lines?: number; chars?: number; pool?: number } = {}) => {
  const pool = makeBufferPool({ chars: o.pool ?? 1_000_000 });
  return pool.open({ lines: o.lines ?? 100, chars: o.chars ?? 10_000, now: () => 5 });
};
const all = (buffer: LineBuffer) => numbers(buffer.take(Infinity));

describe('a buffer of lines', () => {
  it('gives them in order, about as many characters as are wished for, and one at least', () => {
    const buffer = open();
    buffer.push(lines(1, 5));
    expect(numbers(buffer.take(25))).toEqual([1, 2]);
    expect(numbers(buffer.take(1))).toEqual([3]);
    expect([all(buffer), all(buffer), buffer.chars, buffer.size]).toEqual([[4, 5], [], 0, 0]);
  });

  it.each([
    ['lines', { lines: 3 }, [8, 9, 10], 7],
    ['characters', { chars: 25 }, [9, 10], 8],
  ])('keeps the newest of too many %s, and counts the others once', (_what, limits, kept, count) => {
    const buffer = open(limits);
    buffer.push(lines(1, 10));
    expect(all(buffer)).toEqual(kept);
    expect([buffer.takeLost(), buffer.takeLost()]).toEqual([{ count, since: 5 }, null]);
  });

  it('keeps one line that is longer than all may be', () => {
    const buffer = open({ chars: 5 });
    buffer.push(lines(1, 1, 50));
    expect(all(buffer)).toEqual([1]);
  });

  it('has what is put back before the others, with what was to be said of those before', () => {
    const buffer = open({ lines: 4 });
    buffer.push(lines(1, 4));
    const taken = buffer.take(25);
    buffer.push(lines(5, 6));
    buffer.putBack(taken, { count: 7, since: 3 });
    expect([buffer.takeLost(), all(buffer)]).toEqual([{ count: 9, since: 3 }, [3, 4, 5, 6]]);
  });

  it('keeps fewer when told so', () => {
    const buffer = open();
    buffer.push(lines(1, 20));
    buffer.keep(2);
    expect([buffer.takeLost()?.count, all(buffer)]).toEqual([18, [19, 20]]);
  });

  it('takes many thousands of lines, one by one', () => {
    const buffer = open({ lines: 50_000, chars: 1_000_000 });
    for (let n = 1; n <= 50_000; n += 1) buffer.push(lines(n, n));
    let count = 0;
    for (let taken = buffer.take(100); taken.length > 0; taken = buffer.take(100)) count += taken.length;
    expect([count, buffer.chars]).toEqual([50_000, 0]);
  });

  it('gives way where all together hold too much, the largest first', () => {
    const pool = makeBufferPool({ chars: 1_000 });
    const [large, small] = [0, 1].map(() => pool.open({ lines: 1_000, chars: 10_000, now: () => 5 })) as [LineBuffer, LineBuffer];
    large.push(lines(1, 90));
    small.push(lines(1, 30));
    expect([small.size, small.takeLost()]).toEqual([30, null]);
    expect(large.size + large.takeLost()!.count).toBe(90);
    expect(large.chars + small.chars).toBeLessThanOrEqual(1_000);
    large.close();
    small.push(lines(31, 90));
    expect(small.size).toBe(90);
  });
});
