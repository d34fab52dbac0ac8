// From the engine's events to the manager's news, and to what the driver itself has to know.
import { watchDynoEvents } from '../../docker/dyno/dyno-container.js';
import type { News } from '../driver.js';
import type { Networks } from './ahead/networks.js';
import type { Doors } from './doors.js';
import type { EngineParts } from './parts.js';

/** Spare networks are put in order this often, whatever the events say. */
const TIDY_EVERY_MS = 20_000;

/** Until aborted. */
export function hearEngine(parts: EngineParts, o: { networks: Networks; doors: Doors; news: News; signal: AbortSignal }): void {
  const { networks, doors, news, signal } = o;
  const { engine, homeId, ends } = parts;
  const tidying = setInterval(networks.tidySoon, TIDY_EVERY_MS).unref();
  signal.addEventListener('abort', () => clearInterval(tidying), { once: true });
  void watchDynoEvents(engine, {
    homeId,
    signal,
    connected() {
      networks.lookAgain();
      doors.lookSoon();
      news.connected();
    },
    hear({ kind, containerId, status, ...dyno }) {
      if (kind === 'unlink') return networks.tidySoon();
      if (kind === 'oom') {
        ends.outOfMemory(containerId);
        return news.outOfMemory(dyno);
      }
      doors.lookSoon();
      ends.died(containerId, status);
      news.ended(dyno);
    },
  });
}
