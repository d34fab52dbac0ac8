// Lines to a log drain over a socket, plain or TLS, kept open while lines come. Nothing is ever answered.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { FetchGuard } from '../fetch-guard.js';
import { outcomeOf, type Outcome } from './outcome.js';

export interface FrameWriter {
  /** Until the kernel has them. Never throws. */
  write(frames: string): Promise<Outcome>;
  /** Ends the connection after what was written; whether the other side did so too. */
  close(): Promise<boolean>;
}

const CONNECT_MS = 3_000;
const WRITE_MS = 4_000;
const IDLE_MS = 240_000;
const LIFE_MS = 5 * 3_600_000;
const CLOSE_MS = 1_000;

interface Place {
  host: string;
  port: number;
  isTls: boolean;
  ca?: string | undefined;
}

/**
 * Connects when there is something to write.
 * @param onBreak called when the other side has ended it: what was written last may be lost
 */
export function openFrameWriter(guard: FetchGuard, place: Place, onBreak: () => void): FrameWriter {
  let open: { socket: Socket; madeAt: number } | null = null;

  async function ready(): Promise<Socket> {
    if (open && performance.now() - open.madeAt > LIFE_MS) await close();
    if (open) return open.socket;
    const socket = await connect(guard, place);
    open = { socket, madeAt: performance.now() };
    socket.on('error', () => undefined);
    socket.setTimeout(IDLE_MS, () => void close());
    socket.resume().once('close', () => {
      if (open?.socket !== socket) return;
      open = null;
      onBreak();
    });
    return socket;
  }

  async function close(): Promise<boolean> {
    const socket = open?.socket;
    open = null;
    if (!socket || socket.destroyed) return true;
    return new Promise((ended) => {
      const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
      socket.once('close', () => (clearTimeout(timer), ended(socket.readableEnded))).end();
    });
  }

  return {
    close,
    async write(frames) {
      try {
        const socket = await ready();
        await written(socket, frames);
        return { kind: 'taken', why: '' };
      } catch (error) {
        open?.socket.destroy();
        const outcome = outcomeOf(error);
        // Nobody says here that they don't want it: it is a connection that broke.
        return outcome.kind === 'failed' ? { ...outcome, kind: 'away' } : outcome;
      }
    },
  };
}

function connect(guard: FetchGuard, { host: given, port, isTls, ca }: Place): Promise<Socket> {
  guard.checkHost(given, port);
  const host = given.replace(/^\[(.*)\]$/, '$1');
  const to = { host, port, ...(!guard.isAllowed(given, port) && { lookup: guard.lookup }) };
  const secure = { ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) };
  const socket = isTls ? connectTls({ ...to, ...secure }) : connectPlain(to);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => socket.destroy(Object.assign(new Error('it did not answer in time'), { code: 'ETIMEDOUT' })), CONNECT_MS);
    socket.once('close', () => (clearTimeout(late), reject(new Error('it closed the connection'))));
    socket.once('error', reject);
    socket.once(isTls ? 'secureConnect' : 'connect', () => (clearTimeout(late), resolve(socket)));
  });
}

function written(socket: Socket, frames: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(why));
    const late = setTimeout(() => fail('it did not take it in time'), WRITE_MS);
    const broke = () => fail('it closed the connection');
    socket.once('close', broke);
    socket.write(frames, (error) => {
      clearTimeout(late);
      socket.off('close', broke);
      if (error) reject(error);
      else resolve();
    });
  });
}
