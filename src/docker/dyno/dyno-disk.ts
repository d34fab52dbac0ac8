// What a container has written: its own layer and its volumes, walked through by us where we may, else by the engine.
import { execFile } from 'node:child_process';
import { access, constants, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { dockerOf, type Engine } from '../engine.js';
import { namelessMb } from './nameless-files.js';

export interface DiskUse {
  mb: number;
  files: number;
}

const run = promisify(execFile);
const WALK_WITHIN_MS = 60_000;
const KB_PER_MB = 1024;

/** Null of a container that is gone. Where the engine walks, nobody counts files. @param pids its processes, as far as they are known */
export async function readDisk(engine: Engine, containerId: string, pids: readonly string[]): Promise<DiskUse | null> {
  const container = dockerOf(engine).getContainer(containerId);
  const found = await container.inspect().catch(ignoreGone);
  if (!found) return null;
  const layer = (found.GraphDriver.Data as Record<string, string> | null)?.['UpperDir'];
  const volumes = found.Mounts.filter(({ Type }) => Type === 'volume').map(({ Source }) => Source);
  const places = layer ? [layer, ...volumes] : [];
  if (places.length > 0 && (await mayRead(places))) {
    const [named, hiddenMb] = await Promise.all([walk(places), namelessMb(pids)]);
    return { ...named, mb: named.mb + hiddenMb };
  }
  const sized = (await container.inspect({ size: true } as object).catch(ignoreGone)) as { SizeRw?: number } | null;
  return sized && { mb: Math.floor((sized.SizeRw ?? 0) / 1024 / 1024), files: 0 };
}

/** Tells what is left on the disk of the engine's containers; null where we don't see that disk. */
export function openFreeDisk(engine: Engine): () => Promise<DiskUse | null> {
  let root: string | undefined;
  return async () => {
    root ??= ((await dockerOf(engine).info()) as { DockerRootDir: string }).DockerRootDir;
    const found = await statfs(root).catch(() => null);
    return found && { mb: Math.floor((found.bavail * found.bsize) / 1024 / 1024), files: found.ffree };
  };
}

/** In programs of their own: a tree of a million files must not hold up a process of ours. */
async function walk(places: string[]): Promise<DiskUse> {
  const [kb, files] = await Promise.all([total(['-skxc', ...places]), total(['-sxc', '--inodes', ...places])]);
  return { mb: Math.floor(kb / KB_PER_MB), files };
}

async function total(args: string[]): Promise<number> {
  // Files that go meanwhile make it end with 1, and are no matter.
  const { stdout } = await run('nice', ['du', ...args], { timeout: WALK_WITHIN_MS }).catch((error: { stdout?: string }) => {
    if (!error.stdout) throw error;
    return { stdout: error.stdout };
  });
  return Number.parseInt(stdout.trim().split('\n').at(-1) ?? '', 10) || 0;
}

async function mayRead(places: string[]): Promise<boolean> {
  const all = await Promise.all(
    places.map((place) =>
      access(place, constants.R_OK | constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return all.every(Boolean);
}

function ignoreGone(error: { statusCode?: number }): null {
  if (error.statusCode === 404) return null;
  throw error;
}
