// The API's port before there is an API: a connection that comes while this process starts waits instead of being refused.
import { createServer, type Server, type Socket } from 'node:net';

export interface EarlyDoor {
  server: Server;
  /** Gives those that wait, and whoever comes from now on, to `serve`. */
  open(serve: (socket: Socket) => void): void;
}

const MOST_WAITING = 1_000;
const PATIENCE_MS = 10_000;

/** Listens; 0 picks a free port. Whoever has waited for `patienceMs` is let go. Rejects when the port can't be had. */
export function listenEarly(o: { port: number; host: string; patienceMs?: number }): Promise<EarlyDoor> {
  /** With what makes each stop waiting. */
  const waiting = new Map<Socket, () => void>();
  let receive = (socket: Socket): void => {
    const leave = () => void socket.destroy();
    if (waiting.size >= MOST_WAITING) return leave();
    const timer = setTimeout(leave, o.patienceMs ?? PATIENCE_MS);
    const end = () => {
      clearTimeout(timer);
      waiting.delete(socket);
      socket.off('error', leave).off('close', end);
    };
    waiting.set(socket, end);
    socket.on('error', leave).on('close', end);
  };
  const server = createServer({ noDelay: true }, (socket) => receive(socket));
  const door: EarlyDoor = {
    server,
    open(serve) {
      receive = serve;
      for (const [socket, end] of waiting) {
        end();
        serve(socket);
      }
    },
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: o.port, host: o.host }, () => {
      server.off('error', reject);
      resolve(door);
    });
  });
}
