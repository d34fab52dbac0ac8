// Gives memory back after something large has passed through an otherwise idle process. V8 would wait for the next
// allocations, which may be hours away, and counts the bytes of streams outside of its heap too lightly to hurry.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const START_MS = 6_000;

let collect: (() => void) | null = null;

/** Collects all garbage now; takes some 10 ms on a small heap. */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

/** What starting has taken is given back when it is surely over: a process that idles from then on would keep it. */
export function collectAfterStart(): void {
  setTimeout(collectGarbage, START_MS).unref();
}
