// Begins TLS on a connection with the certificate of the host that is asked for. node's own way, a callback amid the handshake, leaves
// the server's first certificate in place where the other has a key of another kind, and shows that.
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { ACME_PROTOCOL, helloOf, type ClientHello } from './client-hello.js';

const HANDSHAKE_WITHIN_MS = 30_000;
/** What is spoken inside, as ALPN names it (RFC 7301), best first. Whoever doesn't ask speaks HTTP/1.1. */
const PROTOCOLS = ['h2', 'http/1.1', 'http/1.0'];

/** What a client is shown; null where there is nothing to show. */
export type ContextFor = (hello: ClientHello) => Promise<SecureContext | null>;

/** Calls `begin` once all is encrypted. Whoever doesn't get that far is gone within 30 s, and nobody is told. */
export function startTls(socket: Socket, contextFor: ContextFor, begin: (secure: TLSSocket) => void): void {
  const leave = () => void socket.destroy();
  const timer = setTimeout(leave, HANDSHAKE_WITHIN_MS);
  socket.on('error', leave).once('end', leave);
  socket.once('close', () => clearTimeout(timer));

  async function shake(hello: ClientHello): Promise<void> {
    const secureContext = await contextFor(hello);
    if (!secureContext || socket.destroyed) return leave();
    socket.off('end', leave);
    const ALPNProtocols = hello.isChallenge ? [ACME_PROTOCOL] : PROTOCOLS;
    const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols });
    secure.on('error', () => secure.destroy());
    // An authority has seen what it came for.
    if (hello.isChallenge) return void secure.once('secure', () => secure.resume().end());
    secure.once('secure', () => {
      clearTimeout(timer);
      // As node's own server says it, and node:http2 waits to hear.
      Object.assign(secure, { secureConnecting: false });
      begin(secure);
    });
  }

  hearHello(socket, (hello) => void shake(hello).catch(leave));
}

/** Tells who is asked for, and leaves the socket as if nothing had been read. */
function hearHello(socket: Socket, tell: (hello: ClientHello) => void): void {
  let heard = Buffer.alloc(0);
  const onReadable = () => {
    for (let chunk = take(socket); chunk !== null; chunk = take(socket)) heard = Buffer.concat([heard, chunk]);
    const hello = helloOf(heard);
    if (hello === undefined) return;
    socket.off('readable', onReadable);
    socket.unshift(heard);
    tell(hello);
  };
  socket.on('readable', onReadable);
}

function take(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}
