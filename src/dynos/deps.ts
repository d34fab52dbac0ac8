// What the parts of the dyno manager are given.
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { Clock } from '../lib/async/clock.js';
import type { Limit } from '../lib/async/limit.js';
import type { SizeTable } from '../model/dyno-size.js';
import type { Store } from '../store/open-store.js';
import type { Driver } from './driver.js';
import type { Failures } from './failures.js';

export interface Deps {
  store: Store;
  bus: Bus;
  lines: LineWriter;
  driver: Driver;
  clock: Clock;
  sizes: SizeTable;
  /** This machine's name. */
  node: string;
  bootTimeoutMs: number;
  /** The most that a release command may print, as of a build, in MB. */
  buildOutputMb: number;
  failures: Failures;
  /** The gate that dynos start through. */
  launching: Limit;
}
