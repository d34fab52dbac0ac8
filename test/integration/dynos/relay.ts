// A socket that leads to a real server's, and can be cut and joined again: it goes away without being taken down.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';

export interface Relay {
  /** The directory of the socket, and its path. */
  dir: string;
  path: string;
  /** Breaks all connections and refuses new ones. */
  cut(): Promise<void>;
  join(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a socket that leads to `target`, under the same file name. What `mayPass` refuses of what is asked waits, and all behind it. */
export async function openRelay(target: string, mayPass: (asked: Buffer, near: Socket) => boolean = () => true): Promise<Relay> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-relay-'));
  const path = join(dir, basename(target));
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    return socket;
  };

  const relay: Relay = {
    dir,
    path,
    async join() {
      server = createServer({ allowHalfOpen: true }, (near) => {
        const far = keep(connect({ path: target, allowHalfOpen: true }));
        const passing = new Transform({ transform: (chunk: Buffer, _, done) => void (mayPass(chunk, near) && done(null, chunk)) });
        keep(near).pipe(passing).pipe(far).pipe(near);
        near.on('close', () => far.destroy());
        far.on('close', () => near.destroy());
      });
      await new Promise<void>((resolve) => server?.listen(path, resolve));
    },
    async cut() {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      server = null;
    },
    async close() {
      if (server) await relay.cut();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await relay.join();
  return relay;
}
