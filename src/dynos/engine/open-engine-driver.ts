// The driver that runs dynos as containers of one Docker engine.
import { findCaBundle } from '../../docker/ca-bundle.js';
import { readOutputFrom } from '../../docker/dyno/container-output.js';
import {
  killContainer,
  listDynoContainers,
  readExit,
  readRunning,
  removeContainer,
  waitForExit,
} from '../../docker/dyno/dyno-container.js';
import { openFreeDisk, readDisk } from '../../docker/dyno/dyno-disk.js';
import { watchEngine } from '../../docker/engine-watch.js';
import { terminateProcesses } from '../../docker/dyno/terminate-processes.js';
import type { Driver, Running } from '../driver.js';
import { isAway, isLate } from '../is-away.js';
import { openCgroups } from '../readings/cgroups.js';
import { openNetworks } from './ahead/networks.js';
import { openSpareDynos } from './ahead/spare-dynos.js';
import { answerOf } from './answering.js';
import { couldNotTake } from './could-not-take.js';
import { keepDoors, type Doors } from './doors.js';
import { openEnds } from './ends.js';
import { hearEngine } from './hear-engine.js';
import { isListeningWithin } from './listening.js';
import type { EngineParts } from './parts.js';
import { removeUnusedImages } from './remove-unused-images.js';
import { readSockets } from './sockets.js';
import { prepareDyno, type Launched } from './start.js';

type Own = 'networks' | 'doors' | 'spareDynos' | 'ends' | 'notTaken' | 'caBundle';
export interface EngineDriver extends Driver {
  /** What it is made of, for who needs more of the engine than a driver gives: one-off dynos. */
  readonly parts: EngineParts;
  /** Between dynos and add-ons: to look at when what is attached has changed. */
  readonly doors: Pick<Doors, 'lookSoon'>;
}

export type EngineDriverOptions = Omit<EngineParts, Own> & { dockerHost: string; spareNetworks: number; spareDynosMost: number };

/** As many as src/docker/calls lets start: the network set-up of the engine is serial, the rest of a start is not. */
const STARTS_AT_ONCE = 8;

/** Docker needn't be there yet. */
export function openEngineDriver(o: EngineDriverOptions): EngineDriver {
  const { engine, homeId } = o;
  const networks = openNetworks(o);
  const doors = keepDoors(o);
  const ends = openEnds();
  const cgroups = openCgroups();
  const watched = watchEngine(o);
  const shared = { ...o, caBundle: findCaBundle(), networks, doors, ends, notTaken: new Set<string>() };
  const spareDynos = openSpareDynos(shared, { most: o.spareDynosMost });
  const parts: EngineParts = { ...shared, spareDynos };

  /** What went wrong may have been the network. */
  async function started(work: Promise<Launched>): Promise<Running> {
    return work.then(describe, (error: Error) => {
      if (!isAway(error) || isLate(error)) networks.lookAgain();
      throw error;
    });
  }

  return {
    parts,
    doors,
    name: 'docker',
    startsAtOnce: STARTS_AT_ONCE,
    trouble: watched.trouble,
    async list(appId) {
      const found = await listDynoContainers(engine, homeId, appId);
      // Read after the containers: a spare one has told its id before it is there.
      const spares = new Set(spareDynos.ids());
      const own = found.filter(({ dynoId }) => !spares.has(dynoId));
      return own.map((each) => (ends.of(each.containerId) ? { ...each, state: 'exited' as const } : each));
    },
    async prepare(dyno, wants) {
      const start = await prepareDyno(parts, dyno, wants);
      return { start: (configVars) => started(start(configVars)) };
    },
    find: async (containerId) => describe({ ...(await readRunning(engine, containerId)), containerId }),
    dies: (containerId, signal) => Promise.race([waitForExit(engine, containerId, signal), ends.heard(containerId, signal)]),
    ended: (containerId, signal) => waitForExit(engine, containerId, signal),
    async exit(containerId) {
      const heard = ends.of(containerId);
      return heard ? { ...heard, isRunning: false } : readExit(engine, containerId);
    },
    wasNeverBegun: (dyno, exit, containerId) => couldNotTake(parts, dyno, exit, containerId),
    terminate: (containerId) => terminateProcesses(engine, containerId),
    kill: (containerId) => killContainer(engine, containerId),
    async remove(containerId) {
      await o.drainOutput(containerId);
      await removeContainer(engine, containerId);
      doors.lookSoon();
    },
    output: (containerId, from) => readOutputFrom(engine, containerId, from),
    processes: (containerId) => cgroups.processes(containerId),
    disk: (containerId) => readDisk(engine, containerId, cgroups.pids(containerId)),
    freeDisk: openFreeDisk(engine),
    reading: (containerId) => cgroups.read(containerId),
    watch: (news, signal) => hearEngine(parts, { networks, doors, news, signal }),
    ahead: spareDynos,
    removeUnused: () => removeUnusedImages(parts),
    async close() {
      watched.stop();
      await Promise.all([networks.close(), spareDynos.close(), doors.close()]);
    },
  };
}

function describe({ containerId, isRunning, host, startedAt, pid }: Launched): Running {
  return {
    containerId,
    isRunning,
    host,
    startedAt,
    listens: (o) => isListeningWithin({ host, ...o }),
    answers: (o) => answerOf({ host, ...o }),
    sockets: () => readSockets(pid),
  };
}
