// What every action is given.
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { SizeTable } from '../model/dyno-size.js';
import type { Quotas } from '../model/quotas.js';
import type { JobQueue } from '../queue/open-queue.js';
import type { Store } from '../store/open-store.js';

export interface Context {
  store: Store;
  queue: JobQueue;
  bus: Bus;
  lines: LineWriter;
  sizes: SizeTable;
  /** What one user may have; without them there is no limit. */
  quotas?: Quotas;
}
