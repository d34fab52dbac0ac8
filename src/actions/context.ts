// What every action is given.
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { JobQueue } from '../queue/open-queue.js';
import type { Store } from '../store/open-store.js';

export interface Context {
  store: Store;
  queue: JobQueue;
  bus: Bus;
  lines: LineWriter;
}
