// Writes what dynos use into the logs of the apps that asked for it (app feature log-runtime-metrics), as often as Heroku.
import { appsWithFeature } from '../../store/app/features.js';
import type { Deps } from '../deps.js';
import { metricsLines } from '../readings/metrics-lines.js';
import type { DynoReading } from '../readings/read-node.js';
import { say } from '../say.js';

const EVERY_MS = 20_000;

/** To be called with each reading. Throws when the store can't be asked. */
export function openMetricsLog(
  deps: Pick<Deps, 'store' | 'lines' | 'sizes' | 'clock'>,
): (readings: readonly DynoReading[]) => Promise<void> {
  let saidAt = -Infinity;
  return async (readings) => {
    if (readings.length === 0 || deps.clock.now() - saidAt < EVERY_MS) return;
    saidAt = deps.clock.now();
    const wanting = await appsWithFeature(deps.store, 'log-runtime-metrics');
    for (const each of readings) if (wanting.has(each.dyno.appId)) say(deps, each.dyno, ...metricsLines(each, deps.sizes.of(each.dyno)));
  };
}
