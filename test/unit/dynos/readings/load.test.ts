import { expect, it } from 'vitest';
import { NO_LOAD, nextLoad } from '../../../../src/dynos/readings/load.js';

it.each([
  ['a minute of one thread', 1, 60_000, { load1: 0.632, load5: 0.181, load15: 0.064 }],
  ['very long', 3, 36_000_000, { load1: 3, load5: 3, load15: 3 }],
  ['nothing', 0, 20_000, { load1: 0, load5: 0, load15: 0 }],
])('comes from nothing: %s', (_about, runnable, ms, load) => {
  const next = nextLoad(NO_LOAD, runnable, ms);
  expect(Object.fromEntries(Object.entries(next).map(([key, value]) => [key, Number(value.toFixed(3))]))).toEqual(load);
});

it('fades when nothing runs any more, and looks don’t add up by being many', () => {
  const busy = { load1: 2, load5: 2, load15: 2 };
  const once = nextLoad(busy, 0, 60_000);
  let often = busy;
  for (let i = 0; i < 6; i += 1) often = nextLoad(often, 0, 10_000);
  expect(once.load1).toBeCloseTo(2 / Math.E);
  expect(often.load1).toBeCloseTo(once.load1);
});
