// What a home has in Docker goes, also while the engine or somebody else is at it.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { testEngine } from '../../support/engine.js';
import { ADDON_LABEL, HOME_LABEL, ofHome } from '../../../src/docker/labels.js';
import { countLeft } from '../../../src/docker/left-of-home.js';
import { ensureNetwork } from '../../../src/docker/network/network.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { runImage } from './images.js';

const engine = testEngine();

async function startOn(network: string, labels: Record<string, string>): Promise<string> {
  const container = await engine.createContainer({
    Image: runImage,
    Cmd: ['sleep', '60'],
    User: '20000',
    Labels: labels,
    HostConfig: { NetworkMode: network },
  });
  await container.start();
  onTestFinished(() => container.remove({ force: true }).catch(() => undefined) as Promise<undefined>);
  return container.id;
}

test('a container that is being removed already, and one on our network that is not ours', async () => {
  const homeId = `t${randomBytes(4).toString('hex')}`;
  const network = await ensureNetwork(engine, { homeId, kind: 'dynos' });
  const own = await startOn(network.id, { [HOME_LABEL]: homeId });
  const foreign = await startOn(network.id, {});
  const elsewhere = engine.getContainer(own).remove({ force: true });
  const [removed] = await Promise.all([removeDockerObjects(engine, homeId), elsewhere.catch(() => undefined)]);
  expect(removed).toMatchObject({ networks: 1, volumes: 0, images: 0 });
  expect(await engine.listContainers({ all: true, filters: ofHome(homeId) })).toEqual([]);
  expect(await engine.listNetworks({ filters: ofHome(homeId) })).toEqual([]);
  expect((await engine.getContainer(foreign).inspect()).State.Running).toBe(true);
});

test('what add-ons keep in a volume stays, and is not said to be left', async () => {
  const homeId = `t${randomBytes(4).toString('hex')}`;
  const [cache, data] = [`slipway-cache-${homeId}`, `slipway-addon-${homeId}`];
  await engine.createVolume({ Name: cache, Labels: { [HOME_LABEL]: homeId } });
  await engine.createVolume({ Name: data, Labels: { [HOME_LABEL]: homeId, [ADDON_LABEL]: 'an-addon' } });
  onTestFinished(() => engine.getVolume(data).remove() as Promise<undefined>);
  expect(await countLeft(engine, homeId)).toMatchObject({ volumes: 1 });
  expect(await removeDockerObjects(engine, homeId)).toMatchObject({ volumes: 1 });
  expect((await engine.getVolume(data).inspect()).Name).toBe(data);
});
