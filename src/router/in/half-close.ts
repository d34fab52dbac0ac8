// A client that has ended its side of the connection may wait for its answer, or be gone.
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ClientSide } from './exchange.js';

/** The first makes its machine say that nobody is there; the second finds out. */
const PROBES = 2;

/**
 * Lets it be answered, and finds out whether it is there, so that the dyno of one that isn't is told (H27). Before the
 * answer it is asked by `100 Continue`, which every HTTP/1.1 client passes over (RFC 9110 §15.2.1) and none of 1.0 is
 * sent. Who ends its side `probeMs` into an answer was reading it until then, and has left.
 */
export function findOutWhetherGone(client: ClientSide & { readonly socket: Socket }, probeMs: number): void {
  if (performance.now() - (client.exchange?.answeredTick ?? Infinity) > probeMs) return client.destroy();
  let left = PROBES;
  const timer = setInterval(() => {
    if (client.exchange && !client.isOld && !client.hasAnswered) client.sayContinue();
    left -= 1;
    if (left === 0) clearInterval(timer);
  }, probeMs);
  client.socket.once('close', () => clearInterval(timer));
}
