// What builds have on disk, as root counts it in a container beside them (buildpacks/lib/measure.pl).
import { createInterface } from 'node:readline';
import { startMeterContainer } from './build-container.js';
import { meterContainerSpec, volumesMeterSpec, type BuildHost } from './build-spec.js';
import { cacheVolumeName } from './build-volumes.js';
import type { Engine } from '../engine.js';

export interface DiskLook {
  usedMb: number;
  /** What the disk has left. */
  freeMb: number;
}

export interface DiskMeter {
  /** One now and then; it ends with the build. */
  looks: AsyncIterable<DiskLook>;
  close(): Promise<void>;
}

const AT_ONCE = 50;

/** Begins to look at the disk of a build that runs in a container. */
export async function openDiskMeter(engine: Engine, place: BuildHost, o: { containerId: string; limitMb: number }): Promise<DiskMeter> {
  const meter = await startMeterContainer(engine, meterContainerSpec(place, o));
  meter.stderr.resume();
  async function* looks(): AsyncIterable<DiskLook> {
    for await (const line of createInterface({ input: meter.stdout })) {
      const [usedMb = Number.NaN, freeMb = Number.NaN] = line.split(' ').map(Number);
      yield { usedMb, freeMb };
    }
  }
  return { looks: looks(), close: () => meter.remove() };
}

/** Megabytes in the caches of these apps, whatever the builds have done to hide them. */
export async function measureCaches(engine: Engine, place: BuildHost, appIds: string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (let index = 0; index < appIds.length; index += AT_ONCE) {
    const names = new Map(appIds.slice(index, index + AT_ONCE).map((appId) => [cacheVolumeName(place.homeId, appId), appId]));
    for (const [name, mb] of await measureVolumes(engine, place, [...names.keys()])) sizes.set(names.get(name) ?? '', mb);
  }
  return sizes;
}

async function measureVolumes(engine: Engine, place: BuildHost, names: string[]): Promise<[string, number][]> {
  const meter = await startMeterContainer(engine, volumesMeterSpec(place, names));
  try {
    meter.stderr.resume();
    const found: [string, number][] = [];
    for await (const line of createInterface({ input: meter.stdout })) {
      const [name = '', mb] = line.split(' ');
      found.push([name, Number(mb)]);
    }
    return found;
  } finally {
    await meter.remove();
  }
}
