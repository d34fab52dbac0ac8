// What the parts of the dyno manager are given.
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { Clock } from '../lib/async/clock.js';
import type { Limit } from '../lib/async/limit.js';
import type { Dyno } from '../model/dyno.js';
import type { SizeTable } from '../model/dyno-size.js';
import type { Cycle } from '../model/run/cycle.js';
import type { Store } from '../store/open-store.js';
import type { Driver } from './driver.js';
import type { Failures } from './failures.js';

/** Memory on this node, for those that start (life/room.ts). */
export interface Room {
  /**
   * Resolves when the dyno may start. Throws NeverFits, or AbortError. With `tell`, somebody waits with it at a terminal: that one
   * hears what is waited for, and NoRoom ends it after a while.
   */
  take(dyno: Dyno, signal: AbortSignal, tell?: (text: string) => void): Promise<void>;
  /** Since when it may have been starting; null while it waits for room. */
  begun(dyno: Dyno): number | null;
}

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
  /** How long nobody asks for an app before it sleeps. */
  idleAfterMs: number;
  /** The most that a release command may print, as of a build, in MB. */
  buildOutputMb: number;
  failures: Failures;
  /** The gate that dynos start through. */
  launching: Limit;
  room: Room;
  /** When dynos have had their time. */
  cycle: () => Cycle;
}
