import { expect, it, vi } from 'vitest';
import { whenIdle } from '../../../src/lib/collect-garbage.js';

it('a process that works is not stopped to collect garbage until it rests, and then once', () => {
  vi.useFakeTimers();
  const shares = [0.9, 0.04, 0.002, 0.001];
  let collected = 0;
  whenIdle(
    6_000,
    () => shares.shift() ?? 0,
    () => (collected += 1),
  );
  vi.advanceTimersByTime(17_999);
  expect(collected).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(collected).toBe(1);
  vi.useRealTimers();
});
