// Anybody with a token can create apps; what is made ahead for them stays within its bounds.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

/** A thousand in the long run of tests. */
const APPS = Number(process.env['SLIPWAY_TEST_APPS'] ?? 60);
const MOST = 2;
let home: Home;

beforeAll(async () => {
  home = await openHome({ spareDynos: MOST, spareNetworks: 1 });
});
afterAll(() => home.close());

const waiting = async (but: string) =>
  (await home.containers()).filter((each) => each.Labels['slipway.dyno'] && each.Labels['slipway.app'] !== but).length;

test('many new apps at once, twice, never have more dynos waiting than there may be, and a deploy meanwhile is up at once', async () => {
  const first = await home.newApp();
  await home.deploy(first, { 'version.txt': 'one' }, { web: 'exec python3 -m http.server $PORT' });
  await until(() => home.states(first)).toEqual(['web.1 up v3']);
  const counts: number[] = [];
  let isOver = false;
  const counting = (async () => {
    while (!isOver) counts.push(await waiting(first.id));
  })();
  // Those of the first round are old enough then to make room for others.
  for (const pause of [6_000, 0]) {
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let made = 0; made < APPS / 8; made += 1) await home.newApp();
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await home.deploy(first, { 'version.txt': 'two' }, { web: 'exec python3 -m http.server $PORT' });
  await until(() => home.states(first)).toEqual(['web.1 up v4']);
  isOver = true;
  await counting;
  expect(Math.max(...counts)).toBe(MOST);
});
