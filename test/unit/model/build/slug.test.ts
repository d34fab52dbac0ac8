// Sizes as people read them, and of all that a slug rests on.
import { describe, expect, it } from 'vitest';
import { formatSize, totalSize } from '../../../../src/model/build/slug.js';

describe('a size', () => {
  it.each([
    [0, '0B'],
    [646, '646B'],
    [1024, '1K'],
    [18_559_795, '17.7M'],
    [46_661_632, '44.5M'],
    [3_328_599_654, '3.1G'],
    [5_000_000_000_000, '4656.6G'],
  ])('of %d bytes is %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it('of a slug counts its layers', () => {
    expect(
      totalSize({
        size: 1,
        base: [
          { digest: 'a', diffId: 'b', size: 10 },
          { digest: 'c', diffId: 'd', size: 100 },
        ],
      }),
    ).toBe(111);
  });
});
