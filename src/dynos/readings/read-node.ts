// What all dynos of this node use now.
import type { Dyno } from '../../model/dyno.js';
import { listRunning } from '../../store/app/dynos.js';
import type { Deps } from '../deps.js';
import { NO_LOAD, nextLoad, type Load } from './load.js';
import type { Reading } from './reading.js';

export interface DynoReading {
  dyno: Dyno;
  reading: Reading;
  load: Load;
}

export interface NodeReadings {
  /** To be called every few seconds: load is an average over the calls. Throws when the store can't be asked. */
  read(): Promise<DynoReading[]>;
}

type ReadDeps = Pick<Deps, 'store' | 'driver' | 'clock' | 'node'>;

export function openNodeReadings(deps: ReadDeps): NodeReadings {
  let known = new Map<string, { load: Load; at: number }>();
  return {
    async read() {
      const rows = await listRunning(deps.store, deps.node);
      const now = deps.clock.now();
      const found = rows.flatMap((dyno): DynoReading[] => {
        const reading = deps.driver.reading(dyno.containerId ?? '');
        if (!reading) return [];
        const before = known.get(dyno.id);
        const load = before ? nextLoad(before.load, reading.runnable, now - before.at) : NO_LOAD;
        return [{ dyno, reading, load }];
      });
      known = new Map(found.map(({ dyno, load }) => [dyno.id, { load, at: now }]));
      return found;
    },
  };
}
