// What the plan of an app is that sleeps, or is to.
import { describe, test } from 'vitest';
import type { Situation } from '../../../src/dynos/plan.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import type { WantedDyno } from '../../../src/model/formation.js';
import { sleepers, type Silence } from '../../../src/model/run/sleep.js';
import { aDyno as anyDyno, check, NOW, running, wants as anyWants, type Case } from './check-plan.js';

const aDyno: typeof anyDyno = (id, name, o = {}) =>
  anyDyno(id, name, { size: 'Eco', createdAt: new Date(0), updatedAt: new Date(0), ...o });
const asleep = { state: 'idle', containerId: null } as const;
const wants = (web: number, worker = 0, version = 1) => anyWants(web, worker, version, 'Eco');
const IDLE_AFTER_MS = 60_000;

/** Silent since the beginning, unless told otherwise. */
function sleep(wanted: WantedDyno[], o: Partial<Silence> = {}): Situation['sleep'] {
  const names = sleepers(wanted, SIZES);
  if (names.size === 0) return undefined;
  return { names, silence: { idleAfterMs: IDLE_AFTER_MS, lastRequestAt: null, toldSince: 0, ...o } };
}

const mixed = (): WantedDyno[] => wants(1, 2).map((each) => (each.name === 'worker.2' ? { ...each, size: 'Basic' } : each));
const askedFor = NOW - IDLE_AFTER_MS;

const CASES: Record<string, Omit<Case, 'sleep'> & { wanted: WantedDyno[]; silence?: Partial<Silence> }> = {
  'nobody asks: all of its sleepers fall asleep together': {
    wanted: mixed(),
    rows: [aDyno('a'), aDyno('b', 'worker.1'), aDyno('c', 'worker.2', { size: 'Basic' })],
    containers: running('a', 'b', 'c'),
    steps: ['idle web.1, which is a', 'idle worker.1, which is b'],
  },
  'somebody asked a while ago': {
    wanted: wants(1),
    rows: [aDyno('a')],
    containers: running('a'),
    silence: { lastRequestAt: askedFor },
    steps: [],
  },
  'it has come up a while ago': {
    wanted: wants(1),
    rows: [aDyno('a', 'web.1', { updatedAt: new Date(askedFor) })],
    containers: running('a'),
    steps: [],
  },
  'routers tell again since a while ago': {
    wanted: wants(1),
    rows: [aDyno('a')],
    containers: running('a'),
    silence: { toldSince: askedFor },
    steps: [],
  },
  'no router tells': { wanted: wants(1), rows: [aDyno('a')], containers: running('a'), silence: { toldSince: null }, steps: [] },
  'two web dynos never sleep': { wanted: wants(2), rows: [aDyno('a'), aDyno('b', 'web.2')], containers: running('a', 'b'), steps: [] },
  'workers alone never sleep': { wanted: wants(0, 1), rows: [aDyno('a', 'worker.1')], containers: running('a'), steps: [] },
  'another size never sleeps': { wanted: anyWants(1), rows: [anyDyno('a')], containers: running('a'), steps: [] },
  'one that crashes stays awake': {
    wanted: wants(1),
    rows: [aDyno('a', 'web.1', { state: 'crashed', restartAt: new Date(NOW + 10) })],
    steps: ['wait 10'],
  },
  'one that starts stays awake': {
    wanted: wants(1),
    rows: [aDyno('a', 'web.1', { state: 'starting' })],
    busy: { a: 'booting' },
    containers: running('a'),
    steps: [],
  },
  'a new release that crashes while the old one serves': {
    wanted: wants(1, 0, 2),
    rows: [aDyno('a'), aDyno('b', 'web.1', { state: 'crashed', releaseId: 'r2', restartAt: new Date(NOW + 10) })],
    containers: running('a'),
    steps: ['wait 10'],
  },
  'asleep: nothing to do, whatever routers tell': {
    wanted: wants(1, 1),
    rows: [aDyno('a', 'web.1', asleep), aDyno('b', 'worker.1', asleep)],
    silence: { lastRequestAt: NOW, toldSince: null },
    steps: [],
  },
  'a manager went away before the worker fell asleep': {
    wanted: wants(1, 1),
    rows: [aDyno('a', 'web.1', asleep), aDyno('b', 'web.1', { state: 'down' }), aDyno('c', 'worker.1')],
    containers: running('b', 'c'),
    silence: { lastRequestAt: NOW },
    steps: ['idle worker.1, which is c', 'stop b'],
  },
  'a worker whose start is under way, and one that crashed, fall asleep too': {
    wanted: wants(1, 2),
    rows: [aDyno('a', 'web.1', asleep), aDyno('b', 'worker.1', { state: 'starting' }), aDyno('c', 'worker.2', { state: 'crashed' })],
    containers: running('b'),
    busy: { b: 'booting' },
    steps: ['idle worker.1, which is b', 'idle worker.2 instead of c'],
  },
  'woken: all start once, in the place of the sleeping rows': {
    wanted: wants(1, 1),
    rows: [
      aDyno('a', 'web.1', { ...asleep, restartAskedAt: new Date(1) }),
      aDyno('b', 'worker.1', { ...asleep, restartAskedAt: new Date(1) }),
    ],
    steps: ['start web.1 v1 from idle instead of a', 'start worker.1 v1 from idle instead of b'],
  },
  'woken while what ran before still stops': {
    wanted: wants(1),
    rows: [aDyno('a', 'web.1', { ...asleep, restartAskedAt: new Date(1) }), aDyno('b', 'web.1', { state: 'down' })],
    containers: running('b'),
    busy: { b: 'stopping' },
    steps: ['start web.1 v1 from idle instead of a'],
  },
  'waking already': {
    wanted: wants(1),
    rows: [aDyno('a', 'web.1', { state: 'starting' })],
    busy: { a: 'booting' },
    containers: running('a'),
    steps: [],
  },
  'a new release wakes it': {
    wanted: wants(1, 1, 2),
    rows: [aDyno('a', 'web.1', asleep), aDyno('b', 'worker.1', asleep)],
    steps: ['start web.1 v2 from idle instead of a', 'start worker.1 v2 from idle instead of b'],
  },
  'a second web dyno wakes it': {
    wanted: wants(2),
    rows: [aDyno('a', 'web.1', asleep)],
    steps: ['start web.1 v1 from idle instead of a', 'start web.2 v1 from down'],
  },
  'another size wakes it': { wanted: anyWants(1), rows: [aDyno('a', 'web.1', asleep)], steps: ['start web.1 v1 from idle instead of a'] },
  'scaled to none': { wanted: [], rows: [aDyno('a', 'web.1', asleep)], steps: ['forget a'] },
};

describe('an app that sleeps', () => {
  test.each(Object.entries(CASES))('%s', (_name, o) => {
    check({ ...o, sleep: sleep(o.wanted, o.silence) });
  });
});
