// What a dyno uses at one moment, as the kernel counts it for its cgroup.

export interface Reading {
  /** Memory that its processes have for themselves. */
  rssBytes: number;
  /** Pages of files, and what they share (tmpfs among it). */
  cacheBytes: number;
  /** The part of `cacheBytes` that isn't a copy of something on a disk: it can't be given up. */
  sharedBytes: number;
  swapBytes: number;
  /** Pages taken and given back since it started; 0 where the kernel doesn't count them (cgroup v2). */
  pagesIn: number;
  pagesOut: number;
  /** Processor time since it started. */
  cpuUs: number;
  /** Threads that run or would run now. */
  runnable: number;
}

export type Memory = Omit<Reading, 'cpuUs' | 'runnable'>;

/** What counts against the quota: all that can't be given up. Copies of files can: whoever reads many is not to be blamed. */
export function usedBytes({ rssBytes, sharedBytes, swapBytes }: Memory): number {
  return rssBytes + sharedBytes + swapBytes;
}

/** `memory.stat` of a cgroup v1. */
export function memoryOfV1(stat: string): Memory {
  return {
    rssBytes: numberIn(stat, 'total_rss'),
    cacheBytes: numberIn(stat, 'total_cache'),
    sharedBytes: numberIn(stat, 'total_shmem'),
    swapBytes: numberIn(stat, 'total_swap'),
    pagesIn: numberIn(stat, 'total_pgpgin'),
    pagesOut: numberIn(stat, 'total_pgpgout'),
  };
}

/** `memory.stat` and `memory.swap.current` of a cgroup v2. */
export function memoryOfV2(stat: string, swap: string): Memory {
  return {
    rssBytes: numberIn(stat, 'anon'),
    cacheBytes: numberIn(stat, 'file'),
    sharedBytes: numberIn(stat, 'shmem'),
    swapBytes: Number.parseInt(swap, 10) || 0,
    pagesIn: numberIn(stat, 'pgpgin'),
    pagesOut: numberIn(stat, 'pgpgout'),
  };
}

/** `cpuacct.usage` of a cgroup v1, in nanoseconds. */
export function cpuOfV1(usage: string): number {
  return Math.floor((Number.parseInt(usage, 10) || 0) / 1000);
}

/** `cpu.stat` of a cgroup v2. */
export function cpuOfV2(stat: string): number {
  return numberIn(stat, 'usage_usec');
}

/** Whether a task runs or would, by its /proc/<tid>/stat: the letter behind its name, which may hold anything. */
export function isRunnable(stat: string): boolean {
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('R');
}

/** The number behind a key, in lines of `key number`; 0 where there is none. */
function numberIn(text: string, key: string): number {
  const start = text.startsWith(`${key} `) ? 0 : text.indexOf(`\n${key} `) + 1;
  if (start === 0 && !text.startsWith(`${key} `)) return 0;
  return Number.parseInt(text.slice(start + key.length + 1, start + key.length + 24), 10) || 0;
}
