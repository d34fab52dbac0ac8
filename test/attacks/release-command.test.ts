// Somebody whose release command doesn't stop talking.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOutput } from '../../src/bus/output.js';
import { readReleaseOutput } from '../../src/store/app/release-outputs.js';
import { findReleaseById } from '../../src/store/app/releases.js';
import { until } from '../support/until.js';
import { openHome, type Home } from '../integration/dynos/home.js';

let home: Home;

beforeAll(async () => {
  home = await openHome({ buildOutputMb: 1 });
});
afterAll(() => home.close());

const status = async (id: string) => (await findReleaseById(home.ctx.store, id))?.status;
const said = async (id: string) => (await readOutput(home.ctx.bus, id)).chunks.map((chunk) => chunk.text).join('');

it.each([
  ['in long lines', 'head -c 20000000 /dev/zero | tr "\\0" x; echo; exit 3'],
  ['in short ones', 'yes "$(seq -s . 40)" | head -n 200000; exit 3'],
])('of its output, %s, no more is kept than of a build', async (_, release) => {
  const app = await home.newApp();
  const { id } = await home.deploy(app, { 'index.html': 'x' }, { web: 'exec python3 -m http.server $PORT', release });
  await until(() => status(id)).toBe('failed');
  const { chunks } = await readOutput(home.ctx.bus, id);
  const output = await said(id);
  expect(output.length).toBeLessThan(1_200_000);
  expect(output).toMatch(/\n !     The output of this release command is too long; the rest isn't shown\.\n$/);
  expect(chunks.length).toBeLessThan(5_000);
  await until(() => readReleaseOutput(home.ctx.store, id)).toBe(output);
});

it('also under the next manager', async () => {
  const app = await home.newApp();
  const { id } = await home.deploy(
    app,
    { 'index.html': 'x' },
    {
      web: 'exec python3 -m http.server $PORT',
      release: 'LONG=$(seq -s . 3000); yes $LONG | head -n 400; sleep 3; yes $LONG | head -n 400; exit 3',
    },
  );
  await until(() => said(id)).toContain('too long');
  const before = await said(id);
  await home.stopManager();
  home.startManager();
  await until(() => status(id)).toBe('failed');
  expect(await said(id)).toBe(before);
});
