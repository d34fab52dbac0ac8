// HTTP/2 written by hand (RFC 9113 §4), for what no client library would send.
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { once } from 'node:events';

export const DATA = 0;
export const HEADERS = 1;
export const RST = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const CONTINUATION = 9;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload as string, 'latin1');
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

/** Fields as literals that no table keeps (RFC 7541 §6.2.2). */
export function fields(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
  return Buffer.concat([length(value.length), Buffer.from(value, 'latin1')]);
}

function length(n: number): Buffer {
  if (n < 127) return Buffer.from([n]);
  const bytes = [127];
  let left = n - 127;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

/** The frames that have come whole. */
export function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({ type: bytes[at + 3]!, flags: bytes[at + 4]!, stream: bytes.readUInt32BE(at + 5), payload: bytes.subarray(at + 9, end) });
    at = end;
  }
  return frames;
}

export interface RawClient {
  socket: TLSSocket;
  frames(): Frame[];
  isClosed(): boolean;
}

/** `first` goes ahead of TLS: what a proxy says. */
export async function rawClient(port: number, ca: Buffer, first = ''): Promise<RawClient> {
  const plain = connect(port, '127.0.0.1');
  plain.write(first);
  const socket = connectTls({ socket: plain, servername: 'demo.localhost', ca, ALPNProtocols: ['h2'] });
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined).on('close', () => (isClosed = true));
  await once(socket, 'secureConnect');
  return { socket, frames: () => readFrames(Buffer.concat(chunks)), isClosed: () => isClosed };
}
