// The door that clients of dynos come to: TLS, then a line with a secret. What is wrong with it is told to nobody.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Certificate } from '../../../lib/certificate.js';
import { FRAMED } from '../../../model/run/attach-frames.js';
import { openLine, type Line } from './line.js';

/** Whom a secret leads to. */
export interface Host {
  hasTty: boolean;
  /** Has the line from now on. */
  take(line: Line): void;
}

export interface Rendezvous {
  port: number;
  /** Lets all go. */
  close(): Promise<void>;
}

export interface Door {
  port: number;
  host: string;
  certificate: () => Certificate | null;
}

/** For the handshake and the first line. */
const COME_IN_WITHIN_MS = 30_000;
const LONGEST_HELLO = 256;
/** That have not yet said their secret. */
const MOST_STRANGERS = 500;
const KEEP_ALIVE_MS = 30_000;

/** Listens. `find` answers null for a secret that leads nowhere. Rejects when the port can't be had. */
export async function listenForClients(o: Door & { find: (secret: string) => Promise<Host | null> }): Promise<Rendezvous> {
  const sockets = new Set<Socket>();
  let strangers = 0;
  let shown: { certificate: Certificate; context: SecureContext } | null = null;

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) => {
    const context = contextNow();
    socket.on('error', () => socket.destroy());
    if (!context || strangers >= MOST_STRANGERS) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void welcome(socket, context);
  });

  function contextNow(): SecureContext | null {
    const certificate = o.certificate();
    if (certificate && certificate !== shown?.certificate) shown = { certificate, context: createSecureContext(certificate) };
    return certificate && shown!.context;
  }

  async function welcome(socket: Socket, secureContext: SecureContext): Promise<void> {
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on('error', () => secure.destroy());
    strangers += 1;
    const [secret = '', speech] = await readHello(secure);
    const host = secret === '' ? null : await o.find(secret).catch(() => null);
    strangers -= 1;
    if (!host) return void socket.destroy();
    host.take(openLine(secure, { isFramed: speech === FRAMED, hasTty: host.hasTty }));
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: o.port, host: o.host }, () => resolve());
  });
  server.on('error', () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The words of the first line, up to CRLF; none when it doesn't come. What comes behind it stays with the socket. */
function readHello(socket: TLSSocket): Promise<string[]> {
  return new Promise((resolve) => {
    let hello = Buffer.alloc(0);
    const timer = setTimeout(() => done([]), COME_IN_WITHIN_MS);
    const look = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
        hello = Buffer.concat([hello, chunk]);
      const end = hello.indexOf('\r\n');
      if (end < 0) return hello.length > LONGEST_HELLO ? done([]) : undefined;
      const rest = hello.subarray(end + 2);
      done(hello.subarray(0, Math.min(end, LONGEST_HELLO)).toString('latin1').split(' '));
      if (rest.length > 0) socket.unshift(rest);
    };
    const leave = () => done([]);
    function done(words: string[]): void {
      clearTimeout(timer);
      socket.off('readable', look).off('end', leave).off('close', leave);
      resolve(words);
    }
    socket.on('readable', look).once('end', leave).once('close', leave);
  });
}
