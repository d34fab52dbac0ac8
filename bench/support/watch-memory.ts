// How much a process grows.
import { familyOf, rssMib } from './readings.js';

const SAMPLE_MS = 50;

/** Watches a process (git's, its children, are git's own affair); `stop` returns by how many MiB it grew at most. */
export function watchMemory(pid: number): { stop(): number } {
  const [own = pid] = familyOf(pid);
  const before = rssMib(own);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, rssMib(own))), SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return most - before;
    },
  };
}
