import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { within } from '../../../../src/lib/async/within.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = <T>(ms: number, outcome: T) =>
  new Promise<T>((resolve, reject) => setTimeout(() => (outcome instanceof Error ? reject(outcome) : resolve(outcome)), ms));

describe('work that has a time', () => {
  it.each([
    ['in time', 99, 'done', 'done'],
    ['late', 101, 'done', 'late'],
    ['late, and failing', 101, new Error('broken'), 'late'],
  ])('that is %s', async (_what, ms, outcome, wanted) => {
    const told = within(100, after(ms, outcome), () => 'late');
    await vi.advanceTimersByTimeAsync(200);
    expect(await told).toBe(wanted);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails in time', async () => {
    const told = within(100, after(99, new Error('broken'))).catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(200);
    expect(await told).toBe('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that is late, where lateness is a fault, or nothing', async () => {
    const strict = within(100, after(200, 1), () => {
      throw new Error('no answer in time');
    }).catch((error: Error) => error.message);
    const lax = within(100, after(200, 1));
    await vi.advanceTimersByTimeAsync(200);
    expect(await strict).toBe('no answer in time');
    expect(await lax).toBeUndefined();
  });
});
