// Hears all that is appended to an app's log, however much more that is than its history keeps.
import { followBatches } from '../../../src/bus/log-lines.js';
import type { Bus } from '../../../src/bus/open-bus.js';

export interface Collected {
  /** The texts of `app` lines. */
  texts: string[];
  /** The texts of what the platform said. */
  notices: string[];
  stop(): void;
}

export async function collect(bus: Bus, appId: string): Promise<Collected> {
  const texts: string[] = [];
  const notices: string[] = [];
  const stop = await followBatches(bus, appId, (batch) => {
    for (const line of batch.text.split('\n').slice(0, -1)) {
      const text = line.slice(line.indexOf(']: ') + 3);
      (line.startsWith('app', 33) ? texts : notices).push(text);
    }
  });
  return { texts, notices, stop };
}
