// How many starts and removals an engine bears at once; and that ours are never as many, whatever is asked for. On an engine
// of its own, since Docker 20.10 deadlocks when it is asked for too many.
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { probe } from '../../../src/docker/engine-watch.js';
import { openEngine, type Engine } from '../../../src/docker/engine.js';
import { SLEEP_IMAGE, startOwnEngine, type OwnEngine } from '../../support/own-engine.js';

/** All asked for at once: 700 in the long run of tests. */
const CONTAINERS = Number(process.env['SLIPWAY_TEST_CONTAINERS'] ?? 32);
/** How many at once without our bounds; the long run goes on until the engine is stuck. */
const STEPS = (process.env['SLIPWAY_TEST_STEPS'] ?? '8').split(',').map(Number);
/** So long nothing has been started and removed. */
const STILL_MS = 20_000;
let own: OwnEngine;
let network: string;

beforeAll(async () => {
  own = await startOwnEngine();
});
beforeEach(async () => {
  network = (await plain().createNetwork({ Name: `many${Date.now()}` })).id;
});
afterEach(async () => {
  await Promise.race([
    plain()
      .getNetwork(network)
      .remove()
      .catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, 1_000)),
  ]);
});
afterAll(() => own?.stop());

/** A client without bounds. */
function plain(): Docker {
  return new Docker({ socketPath: own.dockerHost.replace('unix://', '') });
}

async function startAndRemove(docker: Docker | Engine): Promise<void> {
  const options = { Image: SLEEP_IMAGE, Cmd: ['/bin/sleep', '600'], HostConfig: { NetworkMode: network } };
  const container = await (docker as Docker).createContainer(options);
  await container.start();
  await container.remove({ force: true });
}

/** Works three times as many as are under way at once. How it ended: with all done, the engine stuck, or an error of its. */
async function bears(atOnce: number): Promise<string> {
  let [left, done] = [atOnce * 3, 0];
  const works = Array.from({ length: atOnce }, async () => {
    for (; left > 0; done += 1) {
      left -= 1;
      await startAndRemove(plain());
    }
  });
  const all = Promise.all(works).then(
    () => 'borne',
    (error: Error) => error.message,
  );
  for (let before = -1; before !== done;) {
    before = done;
    const ended = await Promise.race([all, sleep(STILL_MS, undefined, { ref: false })]);
    if (ended !== undefined) return ended;
  }
  return probe(openEngine(own));
}

test(
  `${CONTAINERS} containers started and removed at once: the engine answers all the time, and forgets none of them`,
  async () => {
    const engine = openEngine(own);
    const watching = openEngine(own);
    const states = new Set<string>();
    const looking = setInterval(() => void probe(watching).then((state) => states.add(state)), 1_000);
    const began = Date.now();
    await Promise.all(Array.from({ length: CONTAINERS }, () => startAndRemove(engine)));
    clearInterval(looking);
    expect(await probe(watching)).toBe('answers');
    expect([...states].filter((state) => state !== 'answers')).toEqual([]);
    process.stdout.write(`${CONTAINERS} started and removed within our bounds in ${Date.now() - began} ms\n`);
  },
  60_000 + CONTAINERS * 3_000,
);

test(
  'how many it bears at once without bounds: no fewer than we ask for',
  async () => {
    for (const atOnce of STEPS) {
      // As somebody does who asks for its networks meanwhile.
      const asking = setInterval(
        () =>
          void plain()
            .getNetwork('none')
            .inspect()
            .catch(() => undefined),
        200,
      );
      const state = await bears(atOnce).finally(() => clearInterval(asking));
      process.stdout.write(`${atOnce} at once without bounds: ${state}\n`);
      if (state !== 'borne') return expect(atOnce).toBeGreaterThan(8);
    }
  },
  60_000 + STEPS.reduce((sum, step) => sum + step, 0) * 3_000,
);
