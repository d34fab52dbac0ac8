// Removes what a home has in Docker: containers, networks, volumes and images that carry its label, and its firewall rules.
// What add-ons keep in volumes stays: only whoever destroys an add-on removes that.
import { setTimeout as sleep } from 'node:timers/promises';
import { containerImageNames } from './image/container-image.js';
import { dockerOf, type Engine } from './engine.js';
import { removeFirewall } from './network/firewall.js';
import { ADDON_LABEL, ofHome } from './labels.js';

/** How long the engine may take for containers, and for networks. */
const REMOVED_WITHIN_MS = 30_000;
/** How long it may call a network in use that nothing is attached to. */
const DETACHED_WITHIN_MS = 5_000;

type Tell = (what: string) => void;

export interface Removed extends Record<'containers' | 'networks' | 'volumes' | 'images', number> {
  /** Names of networks that the engine keeps until it is restarted: it counts an end of a container that is gone. */
  keptNetworks: string[];
}

/** Removes all of it and counts what there was; `tell` hears how much there is to remove. What is gone already is no failure. */
export async function removeDockerObjects(engine: Engine, homeId: string, tell: Tell = () => undefined): Promise<Removed> {
  const [client, filters] = [dockerOf(engine), ofHome(homeId)];
  const containers = await removeUntilNone(
    () => client.listContainers({ all: true, filters }).then((found) => told(found, 'containers', tell)),
    ({ Id }) => client.getContainer(Id).remove({ force: true, v: true }),
  );
  const kept = new Map<string, string>();
  const networks = await removeUntilNone(
    async () =>
      told(
        (await client.listNetworks({ filters })).filter(({ Id }) => !kept.has(Id)),
        'networks',
        tell,
      ),
    async ({ Id, Name }) => {
      if (!(await removeNetwork(engine, Id))) kept.set(Id, Name);
    },
  );
  await removeFirewall(homeId);
  const { Volumes: all } = await client.listVolumes({ filters });
  const volumes = all?.filter(({ Labels }) => !Labels?.[ADDON_LABEL]);
  await each(volumes ?? [], ({ Name }) => client.getVolume(Name).remove({ force: true }));
  const images = told(await client.listImages({ all: true, filters }), 'images', tell);
  await each(images, ({ Id }) => client.getImage(Id).remove({ force: true }));
  // What apps built themselves has no label, but a name.
  const own = await containerImageNames(engine, homeId);
  await each(own, (name) => client.getImage(name).remove());
  return {
    containers,
    networks: networks - kept.size,
    volumes: volumes?.length ?? 0,
    images: images.length + own.length,
    keptNetworks: [...kept.values()],
  };
}

function told<T>(things: T[], noun: string, tell: Tell): T[] {
  if (things.length > 0) tell(`${things.length} ${noun} left`);
  return things;
}

/**
 * Removes what is listed until nothing is, and counts it: an engine tells of a removal that somebody else began
 * as if it were done (409), and may still carry out what a process of ours asked for before it was killed.
 */
async function removeUntilNone<T extends { Id: string }>(
  list: () => Promise<T[]>,
  remove: (thing: T) => Promise<unknown>,
): Promise<number> {
  const seen = new Set<string>();
  const deadline = Date.now() + REMOVED_WITHIN_MS;
  for (let things = await list(); things.length > 0; things = await list()) {
    things.forEach(({ Id }) => seen.add(Id));
    const ends = await Promise.allSettled(things.map((thing) => remove(thing).catch(refuseUnlessGone)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed && Date.now() > deadline) throw failed.reason;
    if (failed) await sleep(500);
  }
  return seen.size;
}

/**
 * Detaches what is attached to a network and removes it. False when the engine goes on to call it in use with nothing
 * attached: version 20.10 miscounts now and then when containers come and go while networks are looked at.
 */
async function removeNetwork(engine: Engine, id: string): Promise<boolean> {
  const network = dockerOf(engine).getNetwork(id);
  for (const deadline = Date.now() + DETACHED_WITHIN_MS; ; await sleep(250)) {
    const { Containers: attached } = (await network.inspect()) as { Containers?: Record<string, unknown> };
    const containers = Object.keys(attached ?? {});
    await Promise.all(containers.map((Container) => network.disconnect({ Container, Force: true }).catch(() => undefined)));
    const refusal = await network.remove().then(
      () => null,
      (error: { statusCode?: number }) => error,
    );
    if (!refusal) return true;
    if (refusal.statusCode !== 403 || containers.length > 0) throw refusal;
    if (Date.now() > deadline) return false;
  }
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
