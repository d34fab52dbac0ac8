// A dyno that fills its disk, or its file system's list of files: real containers, sizes with little of both.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import { SIZES, sizeTable } from '../../../src/model/dyno-size.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';
import { ask } from './one-off/client.js';

let home: Home;
beforeAll(async () => {
  home = await openHome({ sizes: sizeTable([{ ...SIZES.default, diskMb: 60, files: 2_000 }]) });
});
afterAll(() => home.close());

test('one that writes too much, or makes too many files, is told so and starts anew; its neighbour serves on', async () => {
  const app = await home.newApp();
  await home.deploy(
    app,
    { 'index.html': 'hello' },
    {
      web: 'exec python3 -m http.server $PORT',
      large: 'head -c 100000000 /dev/zero >/tmp/large; exec sleep 600',
      hidden: 'exec 3>/tmp/hidden; rm /tmp/hidden; head -c 100000000 /dev/zero >&3; exec sleep 600',
      many: 'mkdir many; cd many; seq 1 3000 | xargs touch; exec sleep 600',
    },
  );
  await until(async () => (await home.states(app))[0]).toBe('web.1 up v3');
  const [web] = await home.rows(app);
  await scale(
    home.ctx,
    app,
    home.user,
    ['large', 'hidden', 'many'].map((type) => ({ type, quantity: 1 })),
  );
  const { dyno } = await ask(home, app, { command: 'head -c 100000000 /dev/zero >/tmp/large; exec sleep 600', attach: false });
  const log = async (ps: string) => (await home.log(app)).filter((line) => line.startsWith(`heroku[${ps}]`)).join('\n');
  for (const [ps, what] of [
    ['large.1', /it has written \d+ of 60 MB/],
    ['hidden.1', /it has written \d+ of 60 MB/],
    ['many.1', /it has made \d{4} of 2000 files/],
  ] as const) {
    await until(() => log(ps), 120_000).toMatch(/SIGKILL\n[^]*exited with status 137\n[^]*crashed\n[^]*crashed to starting/);
    expect(await log(ps)).toMatch(what);
  }
  await until(() => log(dyno.name), 120_000).toMatch(/it has written \d+ of 60 MB[^]*SIGKILL\n[^]*exited with status 137\n[^]*to complete/);
  expect((await home.rows(app)).find(({ name }) => name === 'web.1')?.id).toBe(web?.id);
}, 300_000);
