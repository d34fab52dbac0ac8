// `down` and an engine that removes nothing any more.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../../src/docker/engine.js';
import { testEngine } from '../../support/engine.js';
import { HOME_LABEL } from '../../../src/docker/labels.js';
import { describeLeft, removeInTime } from '../../../src/start/engine/remove-in-time.js';
import { runImage } from '../docker/images.js';
import { openEngineRelay, STUCK, type EngineRelay } from '../dynos/engine-relay.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
let relay: EngineRelay;

beforeAll(async () => {
  relay = await openEngineRelay();
});
afterAll(() => relay.close());

test('it ends, and says what is left; when Docker does its work again all goes', async () => {
  for (let made = 0; made < 3; made += 1)
    await engine.createContainer({ Image: runImage, Cmd: ['true'], Labels: { [HOME_LABEL]: homeId } });
  relay.hold(STUCK);
  const stuck = await removeInTime(openEngine(relay), homeId, { tell: () => undefined, stillMs: 3_000 });
  expect(stuck).toEqual({ left: { containers: 3, volumes: 0, images: 0 } });
  relay.release();
  const done = await removeInTime(openEngine(relay), homeId, { tell: () => undefined });
  expect(done).toMatchObject({ removed: { containers: 3, keptNetworks: [] } });
});

test.each([
  [{ containers: 12, volumes: 1, images: 0 }, '12 containers, 1 volume, the networks'],
  [null, 'the networks'],
])('what is left, in words: %j', (left, said) => expect(describeLeft(left)).toBe(said));
