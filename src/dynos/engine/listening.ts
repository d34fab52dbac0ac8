// Waits until something listens on a port, by connecting to it; from eagerly to patiently.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const SHORTEST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 50;
/** Looking costs little, and being late by a twentieth is nothing that anybody sees. */
const PAUSE_PART = 0.05;
const CONNECT_WITHIN_MS = 1_000;

/** True when `host:port` accepts a connection; false after `timeoutMs`, or when aborted. */
export async function isListeningWithin(o: { host: string; port: number; timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
  const begun = performance.now();
  while (!o.signal.aborted) {
    if (await accepts(o.host, o.port)) return true;
    const waitedMs = performance.now() - begun;
    const pauseMs = Math.min(Math.max(waitedMs * PAUSE_PART, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    if (waitedMs + pauseMs > o.timeoutMs) return false;
    await sleep(pauseMs);
  }
  return false;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_WITHIN_MS });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
