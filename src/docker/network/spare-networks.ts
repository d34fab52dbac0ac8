// Networks made ahead: small containers that do nothing but hold an address on the dynos' bridge, for a dyno to move
// into. Making one is most of a container's start (design: 140 of 220 ms); this way nobody waits for it.
// A dyno keeps the one it was given until it is removed; they cost 8 MB each.
import { randomUUID } from 'node:crypto';
import { DYNO_USER } from '../image/image-user.js';
import type Docker from 'dockerode';
import { listDynoContainers } from '../dyno/dyno-container.js';
import { dockerOf, type Engine } from '../engine.js';
import { HOME_LABEL, SPARE_LABEL, ofHome } from '../labels.js';
import type { Network } from './network.js';

export interface SpareNetworks {
  /** The `NetworkMode` for a dyno that is about to be created: a spare network's, or null when none is ready. */
  take(): string | null;
  /** Makes as many as there should be. */
  refill(): Promise<void>;
  /** Removes those that nobody uses or will use. Returns ids of dynos' containers whose network is gone: they can't be reached. */
  tidy(): Promise<string[]>;
  /** Removes those that wait. */
  close(): Promise<void>;
}

/** Between being taken and its dyno's container being there. */
const TAKEN_MS = 60_000;
/** New ones are made when whoever took the last has most likely started: they'd only get in each other's way. */
const REFILL_AFTER_MS = 700;

interface Options {
  engine: Engine;
  homeId: string;
  image: string;
  /** How many wait to be taken; 0 makes none. */
  size: number;
  network: () => Promise<Network>;
}

/** The spare networks of a home. Those that an earlier manager made are taken over by the first `tidy`. */
export function openSpareNetworks(o: Options): SpareNetworks {
  let ready: string[] = [];
  let isClosed = false;
  const taken = new Map<string, number>();
  let filling: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  function refill(): Promise<void> {
    filling ??= fill().finally(() => (filling = null));
    return filling;
  }

  async function fill(): Promise<void> {
    while (ready.length < o.size && !isClosed) {
      const id = await makeSpare(o);
      if (isClosed) await remove(o.engine, id);
      else ready.push(id);
    }
  }

  return {
    refill,
    take() {
      clearTimeout(timer);
      timer = setTimeout(() => void refill().catch(() => undefined), REFILL_AFTER_MS).unref();
      const id = ready.shift();
      if (!id) return null;
      taken.set(id, Date.now());
      return `container:${id}`;
    },
    async tidy() {
      await filling;
      const since = Date.now() - TAKEN_MS;
      for (const [id, at] of taken) if (at < since) taken.delete(id);
      const spares = await dockerOf(o.engine).listContainers({ all: true, filters: ofHome(o.homeId, SPARE_LABEL) });
      const dynos = await listDynoContainers(o.engine, o.homeId);
      const running = new Set(spares.filter((spare) => spare.State === 'running' && hasAddress(spare)).map((spare) => spare.Id));
      const used = new Set(dynos.map((dyno) => dyno.networkOf));
      const free = spares.filter((spare) => !used.has(spare.Id) && !taken.has(spare.Id));
      const fit = free.filter((spare) => running.has(spare.Id) && spare.Image === o.image).map((spare) => spare.Id);
      ready = fit.slice(0, o.size);
      await Promise.all(free.filter((spare) => !ready.includes(spare.Id)).map((spare) => remove(o.engine, spare.Id)));
      return dynos
        .filter((dyno) => dyno.state === 'running' && dyno.networkOf && !running.has(dyno.networkOf))
        .map((dyno) => dyno.containerId);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await filling?.catch(() => undefined);
      const left = ready;
      ready = [];
      await Promise.all(left.map((id) => remove(o.engine, id)));
    },
  };
}

function hasAddress({ NetworkSettings }: Docker.ContainerInfo): boolean {
  return Object.values(NetworkSettings.Networks).some((network) => network.IPAddress !== '');
}

async function makeSpare(o: Options): Promise<string> {
  const network = await o.network();
  const container = await dockerOf(o.engine).createContainer({
    name: `slipway-spare-${randomUUID()}`,
    Image: o.image,
    Cmd: ['sleep', 'infinity'],
    User: DYNO_USER,
    Labels: { [HOME_LABEL]: o.homeId, [SPARE_LABEL]: 'dynos' },
    HostConfig: {
      NetworkMode: network.id,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: 16 * 1024 * 1024,
      PidsLimit: 8,
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  await container.start();
  return container.id;
}

async function remove(engine: Engine, id: string): Promise<void> {
  await dockerOf(engine)
    .getContainer(id)
    .remove({ force: true })
    .catch(() => undefined);
}
