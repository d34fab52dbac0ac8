// Hears a proxy out before anything else is read of its connection.
import type { Socket } from 'node:net';
import { readProxyHeader, type ProxyHeader } from './proxy-header.js';

/** Tells what the header says, and leaves the socket as if it had never come. One without a header, or too late with it, is ended. */
export function hearProxy(socket: Socket, limitMs: number, tell: (from: ProxyHeader['from']) => void): void {
  let heard = Buffer.alloc(0);
  const leave = () => void socket.destroy();
  const timer = setTimeout(leave, limitMs);
  socket.on('error', leave).once('end', leave);
  socket.once('close', () => clearTimeout(timer));
  const onReadable = () => {
    for (let chunk = take(socket); chunk !== null; chunk = take(socket)) heard = Buffer.concat([heard, chunk]);
    const header = readProxyHeader(heard);
    if (header === 'more') return;
    socket.off('readable', onReadable).off('end', leave);
    clearTimeout(timer);
    if (!header) return leave();
    if (heard.length > header.length) socket.unshift(heard.subarray(header.length));
    tell(header.from);
  };
  socket.on('readable', onReadable);
}

function take(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}
