// Gives memory back after something large has passed through an otherwise idle process. V8 would wait for the next
// allocations, which may be hours away, and counts the bytes of streams outside of its heap too lightly to hurry.
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const START_MS = 6_000;
/** The share of its time that a process which has nothing to do is busy with. */
const IDLE_SHARE = 0.03;

let collect: (() => void) | null = null;

/** Collects all garbage now; takes some 10 ms on a small heap, in which nothing is answered. */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

/**
 * What starting has taken is given back when it is surely over: a process that idles from then on would keep it. One that has
 * work isn't held up: it waits until there is none for some seconds.
 */
export function collectAfterStart(): void {
  whenIdle(START_MS, busyShares(), collectGarbage);
}

/** Calls `work`, once, when a share that is asked for each `ms` says that the process has idled since. */
export function whenIdle(ms: number, busyShare: () => number, work: () => void): void {
  const timer = setInterval(() => {
    if (busyShare() > IDLE_SHARE) return;
    clearInterval(timer);
    work();
  }, ms).unref();
}

/** The share of its time that the event loop was busy, since the last call. */
function busyShares(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
