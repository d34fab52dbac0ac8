// Watches how much a build writes, from beside it. Short builds are never looked at.
import type { DiskMeter } from '../../docker/build/disk-meter.js';

/** Who has no room any more: the build, of what it may write; or the disk. */
export type Fullness = 'build' | 'disk';

export interface DiskWatch {
  fullness(): Fullness | null;
  stop(): void;
}

const FIRST_MS = 1_500;
/** Before a meter that has ended is opened anew. */
const AGAIN_MS = 1_500;
/** What is left to others: a build may hide what it writes even from the meter, but not that the disk becomes full. */
const RESERVE_MB = 512;

/** Calls `onFull` once a look tells of more than `limitMb` megabytes, or the disk has nearly none left. */
export function watchDisk(openMeter: () => Promise<DiskMeter>, limitMb: number, onFull: () => void): DiskWatch {
  let fullness: Fullness | null = null;
  let isStopped = false;
  let meter: DiskMeter | undefined;
  let timer = setTimeout(() => void watch(), FIRST_MS);

  async function watch(): Promise<void> {
    await look().catch(() => undefined);
    await close();
    if (!isStopped && fullness === null) timer = setTimeout(() => void watch(), AGAIN_MS);
  }

  async function look(): Promise<void> {
    meter = await openMeter();
    if (isStopped) return;
    for await (const { usedMb, freeMb } of meter.looks) {
      if (isStopped) return;
      fullness = usedMb > limitMb ? 'build' : freeMb < RESERVE_MB ? 'disk' : null;
      if (fullness === null) continue;
      onFull();
      return;
    }
  }

  async function close(): Promise<void> {
    const ended = meter;
    meter = undefined;
    await ended?.close().catch(() => undefined);
  }

  return {
    fullness: () => fullness,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      void close();
    },
  };
}
