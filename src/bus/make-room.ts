// Where Redis is full, what is kept to be read once more gives way: output of builds that have ended, then the older half of the
// logs that take most. One app that prints much would keep everybody else's pushes out for as long as its lines are kept.
import { forgetEndedOutputs } from './output.js';
import { listLogs, logBytes, trimLog } from './log-lines.js';
import type { Bus } from './open-bus.js';
import { readMemory } from './redis-memory.js';

/** The share that Redis is left with. */
const ENOUGH = 0.75;
const MOST_ROUNDS = 4;
/** Shorter logs aren't what fills it. */
const SHORT_BYTES = 64 * 1024;

/** Makes room until there is enough, or nothing large is left. Returns how much has given way. */
export async function makeRoom(bus: Bus): Promise<{ outputs: number; logs: number }> {
  const outputs = await forgetEndedOutputs(bus);
  const logs = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const sizes = await Promise.all((await listLogs(bus)).map(async (appId) => ({ appId, bytes: await logBytes(bus, appId) })));
    const large = sizes.filter(({ bytes }) => bytes > SHORT_BYTES).toSorted((a, b) => b.bytes - a.bytes);
    for (const { appId } of large) {
      const { used, most } = readMemory(await bus.redis.info('memory'));
      if (used < most * ENOUGH) return { outputs, logs: logs.size };
      await trimLog(bus, appId);
      logs.add(appId);
    }
  }
  return { outputs, logs: logs.size };
}
