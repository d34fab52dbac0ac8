// How often somebody has tried something, counted across all processes before it is tried: of many at once none is left out.
import { createHash } from 'node:crypto';
import type { Bus } from './open-bus.js';

export interface Limit {
  /** Whose attempts: kept as its hash. */
  of: string;
  most: number;
  /** Counted from the first attempt on. */
  withinS: number;
}

/** One round trip: counts, and tells how many there were and for how many seconds they count. */
const COUNT = `
local count = redis.call('incr', KEYS[1])
if count == 1 then redis.call('expire', KEYS[1], ARGV[1]) end
return {count, redis.call('ttl', KEYS[1])}`;

/** Counts an attempt against each limit; returns how many seconds to wait, 0 where none is exceeded. */
export async function countAttempt(bus: Bus, limits: readonly Limit[]): Promise<number> {
  const waits = await Promise.all(
    limits.map(async ({ of, most, withinS }) => {
      const [count, leftS] = (await bus.redis.eval(COUNT, 1, keyOf(of), withinS)) as [number, number];
      return count > most ? Math.max(1, leftS) : 0;
    }),
  );
  return Math.max(...waits);
}

/** Forgets them: the attempt was right. */
export async function forgetAttempts(bus: Bus, of: string): Promise<void> {
  await bus.redis.del(keyOf(of));
}

/** Notes, for a while, that an attempt was right. */
export async function noteKnown(bus: Bus, of: string, forS: number): Promise<void> {
  await bus.redis.set(keyOf(of, 'known'), '1', 'EX', forS);
}

/** Whether one was, lately. */
export async function isKnown(bus: Bus, of: string): Promise<boolean> {
  return (await bus.redis.exists(keyOf(of, 'known'))) === 1;
}

function keyOf(of: string, kind: 'attempts' | 'known' = 'attempts'): string {
  return `${kind}:${createHash('sha256').update(of).digest('base64url')}`;
}
