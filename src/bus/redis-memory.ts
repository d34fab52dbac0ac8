// What Redis may take: the embedded one has a ceiling (SLIPWAY_REDIS_MEMORY), and refuses what would go beyond it.

/** Told to people whose wishes can't be kept anywhere. */
export const REDIS_FULL =
  "The platform's Redis is full, so nothing can be changed right now. Try again in a minute; if it stays so, the " +
  'operator can raise SLIPWAY_REDIS_MEMORY.';

/** What may be lost wasn't sent. */
export class RedisFull extends Error {
  constructor() {
    super('Redis is full');
    this.name = 'RedisFull';
  }
}

/** The share beyond which only what may not be lost is sent. */
const NEARLY = 0.9;

/** Whether an error says that Redis has no memory left. */
export function isRedisFull(error: unknown): boolean {
  if (error instanceof RedisFull) return true;
  // A transaction whose commands were refused says why in an error of their own.
  const refused = (error as { previousErrors?: unknown[] } | null)?.previousErrors ?? [];
  return (error instanceof Error && error.message.startsWith('OOM ')) || refused.some(isRedisFull);
}

/** Reads the answer of INFO memory; one without a ceiling is never full. */
export function isNearlyFull(info: string): boolean {
  const { used, most } = readMemory(info);
  return most > 0 && used >= most * NEARLY;
}

/** Bytes in use, and those that may be; 0 where there is no ceiling. */
export function readMemory(info: string): { used: number; most: number } {
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return { used: read('used_memory'), most: read('maxmemory') };
}
