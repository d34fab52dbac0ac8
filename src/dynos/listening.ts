// Waits until something listens on a port, by connecting to it; from eagerly to patiently.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 50;
const CONNECT_WITHIN_MS = 1_000;

/** True when `host:port` accepts a connection; false after `timeoutMs`, or when aborted. */
export async function isListeningWithin(o: { host: string; port: number; timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
  const deadline = Date.now() + o.timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; !o.signal.aborted; pauseMs = Math.min(pauseMs * 1.2, LONGEST_PAUSE_MS)) {
    if (await accepts(o.host, o.port)) return true;
    if (Date.now() + pauseMs > deadline) return false;
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
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
  });
}
