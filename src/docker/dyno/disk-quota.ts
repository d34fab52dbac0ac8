// The disk of a dyno, limited by the engine's storage driver where it can: overlay2 on an xfs that counts by project (mounted with
// `pquota`). Elsewhere it is limited by looking only.
import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { DynoSize } from '../../model/dyno-size.js';
import { dockerOf, type Engine } from '../engine.js';

/** A little beyond the size's own limit: who looks at the disk ends a dyno there, and says why. */
const FACTOR = 1.05;
const known = new WeakMap<Engine, Promise<boolean>>();

/**
 * Creates a dyno's container with a limit on what it may write to its own files, where the driver has one. An engine that has none after
 * all says so, and is believed.
 */
export async function createWithDiskQuota(
  engine: Engine,
  options: Docker.ContainerCreateOptions,
  { diskMb }: Pick<DynoSize, 'diskMb'>,
  looksAble = limitsDisk,
): Promise<Docker.Container> {
  const found = known.get(engine) ?? looksAble(engine);
  known.set(engine, found);
  found.catch(() => known.delete(engine));
  const create = (own: Docker.HostConfig) =>
    dockerOf(engine).createContainer({ ...options, HostConfig: { ...options.HostConfig, ...own } });
  if (!(await found)) return create({});
  return create({ StorageOpt: { size: `${Math.ceil(diskMb * FACTOR)}M` } }).catch((error: Error) => {
    if (!error.message.includes('storage-opt')) throw error;
    known.set(engine, Promise.resolve(false));
    return create({});
  });
}

interface Info {
  Driver: string;
  DriverStatus?: [string, string][] | null;
  DockerRootDir: string;
}

async function limitsDisk(engine: Engine): Promise<boolean> {
  const info = (await dockerOf(engine).info()) as Info;
  if (info.Driver !== 'overlay2' || !info.DriverStatus?.some(([key, value]) => key === 'Backing Filesystem' && value === 'xfs'))
    return false;
  return countsByProject(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''), info.DockerRootDir);
}

/** Whether the file system that holds a folder does, by what /proc/self/mountinfo says. */
export function countsByProject(mountinfo: string, folder: string): boolean {
  const mounts = mountinfo.split('\n').map((line) => line.split(' '));
  const holding = mounts.filter(([, , , , at]) => at !== undefined && (folder === at || folder.startsWith(at === '/' ? at : `${at}/`)));
  const nearest = holding.reduce<string[]>((best, each) => (each[4]!.length >= (best[4]?.length ?? 0) ? each : best), []);
  return /(?:^|,)(?:prjquota|pquota)(?:,|$)/.test(nearest.at(-1) ?? '');
}
