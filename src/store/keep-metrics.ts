// Keeps the metrics that a process takes: every ten seconds one write, of all apps together. What can't be written is written with
// the next; a process that is killed loses the last ten seconds.
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../lib/async/clock.js';
import { log } from '../lib/log.js';
import { FINEST_MS, floor } from '../model/metrics/levels.js';
import { mergePoint, type Point } from '../model/metrics/point.js';
import { writePoints } from './app/metrics.js';
import type { Store } from './open-store.js';

interface Taken {
  /** What was taken since the last call, by app. */
  take(): Map<string, Point> | Promise<Map<string, Point>>;
}

export interface KeptMetrics {
  /** Writes what there is. */
  stop(): Promise<void>;
}

/** Begins now; the clock's ten seconds are the intervals. */
export function keepMetrics(store: Store, { take }: Taken, clock: Clock = systemClock): KeptMetrics {
  // Another process of the same name may go on writing for a while.
  let source = newSource();
  let waiting = new Map<string, Point>();
  let last = 0;
  let writing = Promise.resolve();
  let cancel = clock.after(untilNext(clock.now()), tick);

  function tick(): void {
    const now = clock.now();
    cancel = clock.after(untilNext(now), tick);
    writing = writing.then(() => write(floor(now + FINEST_MS / 2, FINEST_MS) - FINEST_MS));
  }

  /**
   * What comes a second time for an interval, since a timer was late, waits for the next. A clock that was set back comes by
   * intervals again: what was written of those stays, and this is another's.
   */
  async function write(at: number): Promise<void> {
    if (at < last - FINEST_MS) {
      source = newSource();
      last = 0;
    }
    if (at <= last) return;
    try {
      addAll(waiting, await take());
      await writePoints(store, { at: new Date(at), stepMs: FINEST_MS, source }, waiting);
      waiting = new Map();
      last = at;
    } catch (error) {
      log('metrics-kept-back', { apps: waiting.size, error: (error as Error).message });
    }
  }

  return {
    async stop() {
      cancel();
      await writing;
      await write(Math.max(floor(clock.now(), FINEST_MS), last + FINEST_MS));
    },
  };
}

function newSource(): string {
  return randomUUID().slice(0, 8);
}

function addAll(into: Map<string, Point>, more: Map<string, Point>): void {
  for (const [appId, point] of more) {
    const known = into.get(appId);
    if (known) mergePoint(known, point);
    else into.set(appId, point);
  }
}

/** Timers may ring a little early: what is all but over doesn't count. */
function untilNext(now: number): number {
  const ms = FINEST_MS - (now % FINEST_MS);
  return ms < FINEST_MS / 2 ? ms + FINEST_MS : ms;
}
