// Dyno sizes: names and limits as Heroku lists them (devcenter.heroku.com/articles/dyno-sizes).

export interface DynoSize {
  name: string;
  memoryMb: number;
  cpuShares: number;
  processes: number;
  sleeps: boolean;
}

export const DYNO_SIZES = [
  { name: 'Eco', memoryMb: 512, cpuShares: 256, processes: 256, sleeps: true },
  { name: 'Basic', memoryMb: 512, cpuShares: 256, processes: 256, sleeps: false },
  { name: 'Standard-1X', memoryMb: 512, cpuShares: 256, processes: 256, sleeps: false },
  { name: 'Standard-2X', memoryMb: 1024, cpuShares: 512, processes: 512, sleeps: false },
  { name: 'Performance-M', memoryMb: 2560, cpuShares: 3072, processes: 16384, sleeps: false },
  { name: 'Performance-L', memoryMb: 14336, cpuShares: 12800, processes: 32768, sleeps: false },
] as const satisfies readonly DynoSize[];

export const DEFAULT_SIZE = 'Basic';

/** Finds a size by name, whatever its case; undefined when there is none. */
export function findSize(name: string): DynoSize | undefined {
  return DYNO_SIZES.find((size) => size.name.toLowerCase() === name.toLowerCase());
}
