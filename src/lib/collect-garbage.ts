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

/** The share of a processor's time that the process had, since the last call; by CPU, so that a busy machine is no matter. */
function busyShares(): () => number {
  let [at, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const share = (user + system) / 1000 / (performance.now() - at);
    [at, cpu] = [performance.now(), process.cpuUsage()];
    return share;
  };
}
