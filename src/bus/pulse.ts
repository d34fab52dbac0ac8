// Every process says that it lives; /healthz reads it. Also where a process tells the address it listens on.
import type { Bus } from './open-bus.js';

export interface Pulse {
  process: string;
  node: string;
  pid: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** `http://host:port` of what it serves to other processes, if anything. */
  url?: string;
  /** What the dynos of its node may have together. */
  dynoMemoryMb?: number;
  /** Why it can't do its work now (`docker: not reachable`); absent when it can. */
  trouble?: string;
}

const KEY = 'pulses';
const EVERY_MS = 2_000;
/** A process that said nothing for this long is taken for down. */
export const PULSE_LOST_AFTER_MS = 6_000;

/**
 * Beats now and then every two seconds; `more` is asked each time. Returns the function that stops it, and says goodbye unless
 * another took our place.
 */
export async function startPulse(
  bus: Bus,
  who: { process: string; node: string },
  more: () => Pick<Pulse, 'url' | 'trouble' | 'dynoMemoryMb'> = () => ({}),
): Promise<(left?: 'replaced') => Promise<void>> {
  const field = `${who.process}@${who.node}`;
  const beat = async () => {
    if (bus.redis.status !== 'ready') return;
    const pulse: Pulse = { ...who, pid: process.pid, at: Date.now(), ...more() };
    await bus.redis.hset(KEY, field, JSON.stringify(pulse)).catch(() => undefined);
  };
  await beat();
  bus.redis.on('ready', beat);
  const timer = setInterval(beat, EVERY_MS);
  return async (left) => {
    clearInterval(timer);
    bus.redis.off('ready', beat);
    if (left !== 'replaced' && bus.redis.status === 'ready') await bus.redis.hdel(KEY, field).catch(() => undefined);
  };
}

/** The pulses of processes that are alive at `now` (ms). */
export async function readPulses(bus: Bus, now: number): Promise<Pulse[]> {
  const all = await bus.redis.hvals(KEY);
  return all.map((text) => JSON.parse(text) as Pulse).filter((pulse) => now - pulse.at < PULSE_LOST_AFTER_MS);
}
