// How many bytes of request heads are held for all clients together, and who goes when they are too many: each head
// may be large, and its end late. node's parser keeps what has come of a head and tells nobody; the socket's count does.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

export interface HeadsInFlight {
  /** Heads will come on this connection. */
  follow(socket: Socket): void;
  /** No more will: it speaks another protocol now. */
  forget(socket: Socket): void;
  /** A head has come whole. Gives its size where that matters, else 0. */
  receive(req: IncomingMessage): number;
  /** The body of its request has come whole. */
  settle(socket: Socket): void;
  /** Holds so many bytes until they are let go; false when there is no room for them. */
  hold(bytes: number): boolean;
  letGo(bytes: number): void;
}

interface Counted {
  socket: Socket;
  /** What had come before the head that is coming now. */
  before: number;
  /** The request whose body may still be coming. */
  req: IncomingMessage | null;
}

const LOOK_EVERY_MS = 50;
/** Heads up to this are not looked at one by one. */
const SMALL = 16_384;

/** `cut` ends a connection: its head is among the largest of too many. */
export function countHeads(mostBytes: number, cut: (socket: Socket) => void): HeadsInFlight {
  const connections = new Map<Socket, Counted>();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    if (connections.size === 0) return void clearInterval(timer);
    let sum = held;
    const unfinished: [bytes: number, Socket][] = [];
    for (const each of connections.values()) {
      const bytes = unfinishedBytes(each);
      sum += bytes;
      if (bytes > 0) unfinished.push([bytes, each.socket]);
    }
    if (sum <= mostBytes) return;
    unfinished.sort(([a], [b]) => b - a);
    for (const [bytes, socket] of unfinished) {
      if (sum <= mostBytes) return;
      sum -= bytes;
      cut(socket);
    }
  }

  return {
    follow(socket) {
      if (connections.size === 0) timer = setInterval(look, LOOK_EVERY_MS);
      connections.set(socket, { socket, before: socket.bytesRead, req: null });
      socket.once('close', () => connections.delete(socket));
    },
    forget: (socket) => void connections.delete(socket),
    receive(req) {
      const counted = connections.get(req.socket);
      if (!counted) return 0;
      const come = req.socket.bytesRead - counted.before;
      counted.before += come;
      counted.req = req;
      if (come <= SMALL) return 0;
      const bytes = sizeOfHead(req);
      // Behind it in the packet: more of the body, or of the next head.
      if (!hasBody(req)) counted.before -= Math.max(0, come - bytes);
      return bytes > SMALL ? bytes : 0;
    },
    settle(socket) {
      const counted = connections.get(socket);
      if (counted) counted.before = socket.bytesRead;
    },
    hold(bytes) {
      if (held + bytes > mostBytes) return false;
      held += bytes;
      return true;
    },
    letGo: (bytes) => void (held -= bytes),
  };
}

/** About the bytes of a head. */
export function sizeOfHead({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + 2, url.length);
}

function unfinishedBytes(counted: Counted): number {
  const { socket, req } = counted;
  if (req && !req.complete) counted.before = socket.bytesRead;
  else counted.req = null;
  return socket.bytesRead - counted.before;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
