// What real containers use, as the kernel's files have it, and what it costs to ask for twenty of them.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynoContainer, killContainer, startDynoContainer } from '../../../src/docker/dyno/dyno-container.js';
import { ensureNetwork, type Network } from '../../../src/docker/network/network.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { openCgroups } from '../../../src/dynos/readings/cgroups.js';
import { usedBytes } from '../../../src/dynos/readings/reading.js';
import { testEngine } from '../../support/engine.js';
import { until } from '../../support/until.js';
import { aDyno } from './a-dyno.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
const MB = 1024 * 1024;
let network: Network;

beforeAll(async () => {
  network = await ensureNetwork(engine, { homeId, kind: 'dynos' });
});
afterAll(() => removeDockerObjects(engine, homeId));

async function start(command: string): Promise<string> {
  const containerId = await createDynoContainer(engine, aDyno({ homeId, network: network.id }, command));
  await startDynoContainer(engine, containerId);
  return containerId;
}

test('memory that a dyno has, copies of files that it doesn’t count, and threads that run', async () => {
  const cgroups = openCgroups();
  const read = (id: string) => cgroups.read(id);
  // A file of 150 MB, and 100 MB of its own.
  const hungry = await start(`head -c 150000000 /dev/zero >/tmp/f; exec perl -e 'vec(my $x, 1e8, 8) = 1; sleep 600'`);
  await until(() => Math.round((read(hungry)?.rssBytes ?? 0) / MB)).toBeGreaterThan(90);
  const reading = read(hungry)!;
  expect(reading.cacheBytes / MB).toBeGreaterThan(140);
  expect(usedBytes(reading) / MB).toBeLessThan(120);
  await until(() => read(hungry)?.runnable).toBe(0);
  const busy = await start('(while :; do :; done) & while :; do :; done');
  await until(() => read(busy)?.runnable).toBe(2);
  await killContainer(engine, busy);
  await until(() => read(busy)).toBeNull();

  // What twenty cost: the best of many, since other tests run meanwhile.
  const others = await Promise.all([1, 2, 3].map(() => start('sleep 600')));
  const some = [hungry, ...others];
  const ms = Array.from({ length: 40 }, () => {
    const begun = performance.now();
    for (let count = 0; count < 5; count += 1) some.forEach(read);
    return performance.now() - begun;
  });
  expect(Math.min(...ms)).toBeLessThan(2);
});
