// A socket that leads to the real engine, and can be cut and joined again: Docker going away without taking it down.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface EngineRelay {
  dockerHost: string;
  /** Breaks all connections and refuses new ones. */
  cut(): Promise<void>;
  join(): Promise<void>;
  close(): Promise<void>;
}

export async function openEngineRelay(): Promise<EngineRelay> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-docker-'));
  const path = join(dir, 'docker.sock');
  const target = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '') || '/var/run/docker.sock';
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    return socket;
  };

  const relay: EngineRelay = {
    dockerHost: `unix://${path}`,
    async join() {
      server = createServer({ allowHalfOpen: true }, (near) => {
        const far = keep(connect({ path: target, allowHalfOpen: true }));
        keep(near).pipe(far).pipe(near);
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
