// Pipelined requests come all at once; each waits until the one before has been answered.
import type { Socket } from 'node:net';
import { sizeOfHead, type HeadsInFlight } from './heads-in-flight.js';
import type { Asked } from '../parts.js';

/** node parses whatever a client sends ahead; beyond this its connection is closed. */
const MOST_PIPELINED = 1_000;

export interface Turns {
  /** Calls `serve` when its turn comes. A client that sends too much ahead is cut off. */
  wait(asked: Asked, serve: (asked: Asked) => void): void;
  /** The connection is closed: nothing waits on it any more. */
  end(socket: Socket): void;
}

export function openTurns(heads: Pick<HeadsInFlight, 'hold' | 'letGo'>): Turns {
  const waiting = new Map<Socket, { count: number; bytes: number }>();

  return {
    wait(asked, serve) {
      const { socket } = asked.req;
      const line = waiting.get(socket) ?? { count: 0, bytes: 0 };
      const bytes = sizeOfHead(asked.req);
      if (socket.destroyed || line.count >= MOST_PIPELINED || !heads.hold(bytes)) return void socket.destroy();
      line.count += 1;
      line.bytes += bytes;
      waiting.set(socket, line);
      asked.res.once('socket', () => {
        line.count -= 1;
        line.bytes -= bytes;
        heads.letGo(bytes);
        if (line.count === 0) waiting.delete(socket);
        serve(asked);
      });
    },
    end(socket) {
      heads.letGo(waiting.get(socket)?.bytes ?? 0);
      waiting.delete(socket);
    },
  };
}
