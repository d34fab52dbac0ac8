// A port on the loopback for one ssh: it leads to one server, where the guard lets it.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { FetchFault } from '../fetch-fault.js';
import type { FetchGuard } from '../fetch-guard.js';
import { guardedPlace } from '../guarded-proxy.js';

export interface Tunnel {
  port: number;
  /** Why the server couldn't be reached, if it couldn't. */
  fault(): FetchFault | null;
  close(): void;
}

/** Opens it; whoever opens it closes it. */
export async function openTunnel(guard: FetchGuard, to: { host: string; port: number }): Promise<Tunnel> {
  let fault: FetchFault | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const end = () => void socket.destroy();
    const fail = (error: unknown) => {
      fault ??= error instanceof FetchFault ? error : new FetchFault('unreachable', 'its server can not be reached');
      end();
    };
    socket.on('error', end);
    try {
      const onward = connect(guardedPlace(guard, to.host, to.port))
        .on('error', fail)
        // What has come last may still have to be taken.
        .on('close', () => socket.destroySoon());
      socket.on('close', () => {
        onward.destroy();
        sockets.delete(socket);
      });
      socket.pipe(onward).pipe(socket);
    } catch (error) {
      fail(error);
    }
  });
  await new Promise<void>((listening, failed) => server.on('error', failed).listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    fault: () => fault,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
