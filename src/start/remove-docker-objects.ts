// Removes what a home has in Docker: containers, networks, volumes and images that carry its label, and its firewall rules.
import { setTimeout as sleep } from 'node:timers/promises';
import { containerImageNames } from '../docker/container-image.js';
import type { Engine } from '../docker/engine.js';
import { removeFirewall } from '../docker/firewall.js';
import { ofHome } from '../docker/labels.js';

export type Removed = Record<'containers' | 'networks' | 'volumes' | 'images', number>;

/** Removes all of it and counts what there was. What is gone already is no failure. */
export async function removeDockerObjects(engine: Engine, homeId: string): Promise<Removed> {
  const filters = ofHome(homeId);
  const containers = await engine.listContainers({ all: true, filters });
  await each(containers, ({ Id }) => engine.getContainer(Id).remove({ force: true, v: true }));
  const networks = await engine.listNetworks({ filters });
  await each(networks, ({ Id }) => engine.getNetwork(Id).remove());
  await removeFirewall(homeId);
  const { Volumes: volumes } = await engine.listVolumes({ filters });
  await each(volumes ?? [], ({ Name }) => engine.getVolume(Name).remove({ force: true }));
  const images = await engine.listImages({ all: true, filters });
  await each(images, ({ Id }) => engine.getImage(Id).remove({ force: true }));
  // What apps built themselves has no label, but a name.
  const own = await containerImageNames(engine, homeId);
  await each(own, (name) => engine.getImage(name).remove());
  return { containers: containers.length, networks: networks.length, volumes: volumes?.length ?? 0, images: images.length + own.length };
}

/** A busy engine refuses now and then what it does a moment later: each removal has three tries. */
async function each<T>(things: T[], remove: (thing: T) => Promise<unknown>): Promise<void> {
  await Promise.all(things.map((thing) => retry(() => remove(thing).catch(refuseUnlessGone), 3)));
}

async function retry(work: () => Promise<unknown>, tries: number): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (tries <= 1) throw error;
    await sleep(1_000);
    await retry(work, tries - 1);
  }
}

function refuseUnlessGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
