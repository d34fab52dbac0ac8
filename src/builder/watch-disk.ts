// Looks from time to time how much a build has written. Short builds are never asked.

export interface DiskWatch {
  isFull(): boolean;
  stop(): void;
}

const FIRST_MS = 1_500;
const MIN_PAUSE_MS = 1_500;
/** Looking may take a tenth of the time: large trees are counted less often. */
const PAUSE_FACTOR = 10;

/** Calls `onFull` once `measure` tells more than `limitMb` megabytes. */
export function watchDisk(measure: () => Promise<number>, limitMb: number, onFull: () => void): DiskWatch {
  let full = false;
  let stopped = false;
  let timer = setTimeout(look, FIRST_MS);

  async function look(): Promise<void> {
    const begun = Date.now();
    const usedMb = await measure().catch(() => Number.NaN);
    if (stopped) return;
    if (usedMb > limitMb) {
      full = true;
      onFull();
      return;
    }
    timer = setTimeout(look, Math.max(MIN_PAUSE_MS, (Date.now() - begun) * PAUSE_FACTOR));
  }

  return {
    isFull: () => full,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
