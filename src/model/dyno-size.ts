// Dyno sizes: how much of a machine a dyno may have. Heroku's (devcenter.heroku.com/articles/dyno-sizes) unless the operator has others.

export interface DynoSize {
  name: string;
  /** Other names that people may say. */
  aliases: readonly string[];
  /** The quota. */
  memoryMb: number;
  /** The hard limit as a multiple of the quota; there is no swap. */
  burst: number;
  /** Its part of the processors when they are wanted, as a multiple of Basic. */
  cpu: number;
  /** Processes and threads. */
  processes: number;
  /** What it may write, beside its slug. */
  diskMb: number;
  /** How many files and folders it may make. */
  files: number;
  /** Whether it has a machine of its own at Heroku. */
  dedicated: boolean;
  /** Whether an app of it sleeps when nobody asks for it. */
  sleeps: boolean;
  /** The most dynos of one process type. */
  most: number;
}

/** What a size has unless it says otherwise. */
export const USUAL = { aliases: [], burst: 1, processes: 256, diskMb: 4096, files: 500_000, dedicated: false, sleeps: false, most: 100 };
const OWN = { ...USUAL, diskMb: 16_384, files: 2_000_000, dedicated: true, most: 10 };

/** Heroku's, but that there may be more than one dyno of Eco and Basic. */
export const HEROKU_SIZES: readonly DynoSize[] = [
  { ...USUAL, name: 'Eco', aliases: ['free'], memoryMb: 512, cpu: 1, sleeps: true },
  { ...USUAL, name: 'Basic', aliases: ['hobby'], memoryMb: 512, cpu: 1 },
  { ...USUAL, name: 'Standard-1X', aliases: ['1X'], memoryMb: 512, cpu: 1 },
  { ...USUAL, name: 'Standard-2X', aliases: ['2X'], memoryMb: 1024, cpu: 2, processes: 512 },
  { ...OWN, name: 'Performance-M', aliases: ['PM'], memoryMb: 2560, cpu: 12, processes: 16_384 },
  { ...OWN, name: 'Performance-L', aliases: ['PL'], memoryMb: 14_336, cpu: 50, processes: 32_768 },
];

export interface SizeTable {
  all: readonly DynoSize[];
  /** That of dynos whose size nobody chose. */
  default: DynoSize;
  /** By name or alias, whatever its case. */
  find(name: string): DynoSize | undefined;
  /** The same for a dyno that there is: one whose size is gone from the table has the default. */
  of(dyno: { size: string }): DynoSize;
}

const DEFAULT_NAME = 'Basic';

/** @param defaultName `Basic` unless told, or the first where there is none of that name */
export function sizeTable(all: readonly DynoSize[], defaultName = DEFAULT_NAME): SizeTable {
  const named = new Map(all.flatMap((size) => [size.name, ...size.aliases].map((name) => [name.toLowerCase(), size] as const)));
  const find = (name: string) => named.get(name.toLowerCase());
  const usual = find(defaultName) ?? all[0];
  if (!usual) throw new Error('A table of dyno sizes needs one at least.');
  return { all, default: usual, find, of: ({ size }) => find(size) ?? usual };
}

export const SIZES = sizeTable(HEROKU_SIZES);
