// Streams whose callers may do less: looked at again, also after the store was away.
import { afterEach, expect, it, vi } from 'vitest';
import { openStreams } from '../../../src/api/open-streams.js';
import type { Bus } from '../../../src/bus/open-bus.js';
import type { Store } from '../../../src/store/open-store.js';

afterEach(() => void vi.useRealTimers());

/** Every query of it finds nothing: nobody may do anything. */
const FINDS_NOTHING: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'executeTakeFirst' ? () => Promise.resolve(undefined) : () => FINDS_NOTHING),
});

function opened() {
  const heard = new Map<string, (message: unknown) => void>();
  const state = { isAway: true, asked: 0 };
  const bus = {
    subscribe: (name: string, hear: (message: unknown) => void) => Promise.resolve(void heard.set(name, hear)),
    onReconnect: () => undefined,
  } as unknown as Bus;
  const store = {
    get db() {
      state.asked += 1;
      if (state.isAway) throw new Error('The store is away.');
      return FINDS_NOTHING;
    },
  } as unknown as Store;
  const streams = openStreams({ bus, store });
  const stream = { appId: 'app', caller: { userId: 'bob', authorizationId: null }, verb: 'view' as const, end: vi.fn() };
  return { state, stream, leave: streams.add(stream), change: () => heard.get('access-changed')!({ userId: 'bob', appId: null }) };
}

it('ends what may not go on once the store can tell', async () => {
  vi.useFakeTimers();
  const { state, stream, change } = opened();
  change();
  change();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stream.end).not.toHaveBeenCalled();
  state.isAway = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stream.end).toHaveBeenCalledOnce();
});

it('asks no more of a stream that has ended', async () => {
  vi.useFakeTimers();
  const { state, change, leave } = opened();
  change();
  await vi.advanceTimersByTimeAsync(1);
  leave();
  const { asked } = state;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.asked).toBe(asked);
});
