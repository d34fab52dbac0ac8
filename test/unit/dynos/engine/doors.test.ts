import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../../../src/docker/engine.js';
import { keepDoors } from '../../../../src/dynos/engine/doors.js';
import type { Store } from '../../../../src/store/open-store.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A machine, and what is done on it. */
function aMachine(o: {
  reach?: [app: string, addon: string][];
  dynos?: [app: string, address: string][];
  addons?: [id: string, address: string][];
}) {
  const it = { reach: o.reach ?? [], dynos: o.dynos ?? [], addons: o.addons ?? [], looks: 0, opened: [] as string[][] };
  let letGo = Promise.resolve();
  const doors = keepDoors(
    { engine: {} as Engine, homeId: 'h1', store: {} as Store },
    {
      listReach: (_, app) =>
        Promise.resolve(it.reach.filter(([id]) => app === undefined || id === app).map(([appId, addonId]) => ({ appId, addonId }))),
      async listAddresses() {
        it.looks += 1;
        const dynos = it.dynos.map(([appId, address]) => ({ appId, address }));
        const addons = it.addons.map(([addonId, address]) => ({ addonId, address, port: 5432 }));
        await letGo;
        return { dynos, addons };
      },
      openDoors: (_, rules) => Promise.resolve(void it.opened.push([...rules])),
    },
  );
  return Object.assign(it, {
    doors,
    hold() {
      let release = () => {};
      letGo = new Promise((resolve) => (release = resolve));
      return release;
    },
  });
}

const DOOR = '-s 10.0.0.2 -d 10.0.0.9 -p tcp --dport 5432 -j ACCEPT';
const WALL = '-s 10.0.0.9 -j DROP';

test('where nobody has an add-on of ours, neither the engine nor the kernel is asked for each dyno', async () => {
  const machine = aMachine({ dynos: [['shop', '10.0.0.2']] });
  for (let time = 0; time < 3; time += 1) await machine.doors.admit('shop', '10.0.0.2');
  machine.doors.lookSoon();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(machine).toMatchObject({ looks: 0, opened: [[]] });
});

test('a dyno has its doors before it is handed on; what stays the same is written to the kernel every 10 s only', async () => {
  const machine = aMachine({ reach: [['shop', 'db']], dynos: [['shop', '10.0.0.2']], addons: [['db', '10.0.0.9']] });
  await machine.doors.admit('shop', '10.0.0.2');
  expect(machine.opened).toEqual([[DOOR, WALL]]);
  machine.dynos.push(['other', '10.0.0.3']);
  await machine.doors.admit('other', '10.0.0.3');
  machine.doors.lookSoon();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(machine).toMatchObject({ looks: 2, opened: [[DOOR, WALL]] });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(machine.opened).toEqual([
    [DOOR, WALL],
    [DOOR, WALL],
  ]);
});

test.each(['10.0.0.2', '10.0.0.9'])('who comes to %s, where another was, has none of its doors and walls', async (address) => {
  const machine = aMachine({ reach: [['shop', 'db']], dynos: [['shop', '10.0.0.2']], addons: [['db', '10.0.0.9']] });
  await machine.doors.admit('shop', '10.0.0.2');
  Object.assign(machine, { dynos: [['other', address]], addons: [] });
  await machine.doors.admit('other', address);
  expect(machine.opened.at(-1)).toEqual([]);
});

test('whoever comes while somebody looks waits for the next look, however many come after', async () => {
  const machine = aMachine({ reach: [['shop', 'db']], addons: [['db', '10.0.0.9']] });
  const comes = (address: string) => {
    machine.dynos.push(['shop', address]);
    return machine.doors.admit('shop', address);
  };
  const release = machine.hold();
  const first = comes('10.0.0.2');
  await vi.advanceTimersByTimeAsync(1);
  const second = comes('10.0.0.3');
  await vi.advanceTimersByTimeAsync(1);
  const third = machine.hold();
  release();
  await first;
  await vi.advanceTimersByTimeAsync(1);
  const last = comes('10.0.0.4');
  await vi.advanceTimersByTimeAsync(1);
  const never = machine.hold();
  third();
  await second;
  never();
  await last;
  expect(machine.looks).toBe(3);
});

test('dynos that end one after the other, all the time, keep no look from being made', async () => {
  const machine = aMachine({ reach: [['shop', 'db']], addons: [['db', '10.0.0.9']] });
  for (let time = 0; time < 10; time += 1) {
    machine.doors.lookSoon();
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(machine.looks).toBeGreaterThan(1);
});
