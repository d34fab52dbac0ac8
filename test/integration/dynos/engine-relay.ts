// Docker going away, or being stuck, without taking it down.
import type { Socket } from 'node:net';
import { openRelay, type Relay } from './relay.js';

export interface EngineRelay extends Relay {
  dockerHost: string;
  /** From now on calls whose first line (`POST /containers/0123/start`) is like this are taken, and not answered. */
  hold(calls: RegExp): void;
  /** Ends the connections of those that were held, as an engine does that is restarted; all calls pass again. */
  release(): void;
  /** First lines of the calls that are held. */
  held(): string[];
}

/** What starts and stops nothing any more, and answers everything else: what a deadlock of its networks makes of Docker. */
export const STUCK = /^(\S+ \/networks|POST \/containers\/[^/]+\/(start|kill|stop)|DELETE \/containers|GET \/info)/;

/** A socket that leads to the real engine. */
export async function openEngineRelay(): Promise<EngineRelay> {
  let calls: RegExp | null = null;
  const waiting = new Map<Socket, string>();
  const mayPass = (asked: Buffer, near: Socket) => {
    const [line = ''] = asked.toString('latin1', 0, 300).split('\r\n');
    if (!calls?.test(line)) return true;
    waiting.set(
      near.once('close', () => waiting.delete(near)),
      line,
    );
    return false;
  };
  const relay = await openRelay((process.env['DOCKER_HOST'] ?? '').replace('unix://', '') || '/var/run/docker.sock', mayPass);
  return Object.assign(relay, {
    dockerHost: `unix://${relay.path}`,
    hold: (which: RegExp) => void (calls = which),
    release() {
      calls = null;
      for (const socket of waiting.keys()) socket.destroy();
    },
    held: () => [...waiting.values()],
  });
}
