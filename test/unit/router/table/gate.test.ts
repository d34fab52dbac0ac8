import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openGate, type Gate, type Taken } from '../../../../src/router/table/gate.js';
import { HEROKU_LIMITS } from '../../../../src/router/limits.js';
import { tableOf, type RouteTable } from '../../../../src/router/table/route-table.js';
import type { AppRoute } from '../../../../src/store/app/routes.js';

let table: RouteTable;
let gate: Gate;
let woken: string[] = [];
const NONE = new Set<string>();
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
  woken = [];
});
afterEach(() => void vi.useRealTimers());

function open(app: Partial<AppRoute> | null, random = 0): void {
  set(app);
  gate = openGate({
    findApp: (appId) => table.byId.get(appId),
    limits: { ...HEROKU_LIMITS, activePerDyno: 2, backlogPerDyno: 2 },
    random: () => random,
    maySleep: ({ onlySize }) => onlySize === 'Eco',
    wakeUp: (appId) => woken.push(appId),
  });
}

function set(app: Partial<AppRoute> | null): void {
  table = tableOf(
    app
      ? [
          {
            appId: 'a',
            name: 'demo',
            hosts: ['demo.localhost'],
            maintenance: false,
            deployed: true,
            hasWeb: true,
            wanted: 1,
            onlySize: null,
            dynos: [],
            ...app,
          },
        ]
      : [],
  );
}

const dynos = (...ids: string[]) => ids.map((id) => ({ id, name: id, state: 'up' as const, host: 'h', port: 1, address: 'x' }));
const nameOf = (taken: Taken | null) =>
  taken?.kind === 'dyno' ? taken.dyno.name : taken?.kind === 'refused' ? taken.code : (taken?.kind ?? 'left');

describe('the gate', () => {
  it('gives a dyno, refuses, or knows nothing', () => {
    open({ dynos: dynos('web.1') });
    expect(nameOf(gate.take('a', NONE))).toBe('web.1');
    expect(nameOf(gate.take('a', new Set(['web.1'])))).toBe('exhausted');
    expect(nameOf(gate.take('nobody', NONE))).toBe('unknown');
    set({ wanted: 0 });
    expect(nameOf(gate.take('a', NONE))).toBe('H14');
  });

  it('passes over dynos that are full, tried, or in quarantine', () => {
    open({ dynos: dynos('web.1', 'web.2', 'web.3') });
    gate.take('a', NONE);
    gate.take('a', NONE);
    expect(nameOf(gate.take('a', NONE))).toBe('web.2');
    expect(nameOf(gate.take('a', new Set(['web.2'])))).toBe('web.3');
    gate.quarantine('a', { id: 'web.2', name: 'web.2', host: 'h', port: 1, address: 'x' });
    expect(nameOf(gate.take('a', NONE))).toBe('web.3');
    expect(nameOf(gate.take('a', NONE))).toBe('wait');
    vi.advanceTimersByTime(HEROKU_LIMITS.quarantineMs);
    expect(nameOf(gate.take('a', NONE))).toBe('web.2');
  });

  it('gives a place that comes free to who waits longest', async () => {
    open({ dynos: dynos('web.1') });
    const [first] = [gate.take('a', NONE), gate.take('a', NONE)];
    const order: string[] = [];
    const waiting = ['one', 'two'].map((who) =>
      gate.wait('a', NONE, never).then((taken) => {
        order.push(who);
        return taken;
      }),
    );
    if (first.kind === 'dyno') {
      first.release();
      first.release();
    }
    const taken = await waiting[0]!;
    expect(order).toEqual(['one']);
    if (taken?.kind === 'dyno') taken.release();
    expect(nameOf(await waiting[1]!)).toBe('web.1');
  });

  const backlogs: [string, Partial<AppRoute>, number][] = [
    ['of five wanted, none there', { wanted: 5 }, 2],
    [
      'of five wanted, all starting',
      { wanted: 5, dynos: dynos('web.1', 'web.2', 'web.3', 'web.4', 'web.5').map((dyno) => ({ ...dyno, state: 'starting' as const })) },
      2,
    ],
    ['of five wanted, one up', { wanted: 5, dynos: dynos('web.1') }, 2],
    ['of five wanted, three up', { wanted: 5, dynos: dynos('web.1', 'web.2', 'web.3') }, 6],
    ['of one wanted, two up', { wanted: 1, dynos: dynos('web.1', 'web.2') }, 4],
  ];
  it.each(backlogs)('lets no more wait than the backlog of the dynos that are up: %s', (_what, app, places) => {
    open(app);
    while (nameOf(gate.take('a', NONE)).startsWith('web.'));
    for (let i = 0; i < places; i += 1) {
      expect(nameOf(gate.take('a', NONE))).toBe('wait');
      void gate.wait('a', NONE, new AbortController().signal);
    }
    expect(nameOf(gate.take('a', NONE))).toBe('H11');
  });

  const ends: [string, Partial<AppRoute> | null, string][] = [
    ['a dyno comes up', { dynos: dynos('web.1') }, 'web.1'],
    ['the boot crashes', { dynos: [{ ...dynos('web.1')[0]!, state: 'crashed' }] }, 'H10'],
    ['maintenance begins', { maintenance: true }, 'H80'],
    ['the app is deleted', null, 'unknown'],
  ];
  it.each(ends)('ends waiting when %s', async (_what, next, result) => {
    open({});
    const waiting = gate.wait('a', NONE, never);
    set(next);
    gate.wake();
    expect(nameOf(await waiting)).toBe(result);
  });

  it('ends waiting after 75 s with the code of what was missing', async () => {
    open({});
    const boot = gate.wait('a', NONE, never);
    vi.advanceTimersByTime(HEROKU_LIMITS.holdMs);
    expect(nameOf(await boot)).toBe('H20');

    open({ dynos: dynos('web.1') });
    gate.take('a', NONE);
    gate.take('a', NONE);
    const busy = gate.wait('a', NONE, never);
    vi.advanceTimersByTime(HEROKU_LIMITS.holdMs);
    expect(nameOf(await busy)).toBe('H12');
  });

  it('wakes an app that sleeps, whoever asks; thousands may wait for it, and each gets its turn', async () => {
    const asleep = { onlySize: 'Eco', dynos: [{ ...dynos('web.1')[0]!, state: 'idle' as const }] };
    open(asleep);
    const waiting = Array.from({ length: 5_000 }, () => {
      expect(nameOf(gate.take('a', NONE))).toBe('wait');
      return gate.wait('a', NONE, new AbortController().signal);
    });
    expect(new Set(woken)).toEqual(new Set(['a']));
    expect(gate.isAwaited('a')).toBe(true);
    const before = woken.length;
    set({ onlySize: 'Eco', dynos: [{ ...dynos('web.1')[0]!, state: 'starting' }] });
    gate.wake();
    expect(nameOf(gate.take('a', NONE))).toBe('wait');
    expect(woken.length).toBe(before);
    set({ onlySize: 'Eco', dynos: dynos('web.1') });
    gate.wake();
    // Those who come late find the others before them.
    expect(nameOf(gate.take('a', NONE))).toBe('wait');
    for (const each of waiting) {
      const taken = await each;
      if (taken?.kind !== 'dyno') throw new Error('it got no dyno');
      taken.release();
    }
    expect(gate.isAwaited('a')).toBe(false);
    while (nameOf(gate.take('a', NONE)) === 'web.1');
    const later = [gate.wait('a', NONE, new AbortController().signal), gate.wait('a', NONE, new AbortController().signal)];
    expect(later).toHaveLength(2);
    expect(nameOf(gate.take('a', NONE))).toBe('H11');
  });

  it('waits for the end of a quarantine', async () => {
    open({ dynos: dynos('web.1') });
    gate.quarantine('a', { id: 'web.1', name: 'web.1', host: 'h', port: 1, address: 'x' });
    const waiting = gate.wait('a', NONE, never);
    vi.advanceTimersByTime(HEROKU_LIMITS.quarantineMs);
    expect(nameOf(await waiting)).toBe('web.1');
  });

  it('lets go of a client that left', async () => {
    open({});
    const gone = new AbortController();
    const waiting = gate.wait('a', NONE, gone.signal);
    gone.abort();
    expect(await waiting).toBeNull();
    set({ dynos: dynos('web.1') });
    gate.wake();
    expect(vi.getTimerCount()).toBe(0);
  });
});
