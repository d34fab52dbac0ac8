import type { Bus } from './open-bus.js';
import { readPulses } from './pulse.js';

/** What the processes that use an engine say of one that is stuck or away; undefined when all is well, or nobody can be asked. */
export async function readEngineTrouble(bus: Bus): Promise<string | undefined> {
  if (bus.redis.status !== 'ready') return undefined;
  const pulses = await readPulses(bus, Date.now()).catch(() => []);
  return pulses.find(({ trouble }) => trouble?.startsWith('docker:'))?.trouble;
}
