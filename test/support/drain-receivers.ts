// Receivers of log drains, as strict as an outsider who knows the public documents: bytes are counted, nothing is guessed.
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';

export interface Tls {
  chain: string;
  key: string;
}

interface Post {
  headers: IncomingMessage['headers'];
  path: string;
  messages: string[];
}

export interface Receiver {
  readonly port: number;
  /** All messages that it took, in order. */
  messages: string[];
  /** How many connections were made to it. */
  connections: number;
  /** Ends its connections, and refuses more until it is started again, at the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export type Manner = 'takes' | 'fails' | 'refuses' | 'hangs' | 'resets';

export interface HttpReceiver extends Receiver {
  posts: Post[];
  /** `fails` is 500, `refuses` 400. */
  manner: Manner;
}

export async function startHttpReceiver(tls?: Tls): Promise<HttpReceiver> {
  const answer: RequestListener = (req, res) => void take(req, res).catch(() => res.destroy());
  const server = tls ? createHttps({ cert: tls.chain, key: tls.key }, answer) : createHttp(answer);
  const self: HttpReceiver = Object.assign(await receiver(server), { posts: [] as Post[], manner: 'takes' as Manner });
  server.on(tls ? 'secureConnection' : 'connection', () => (self.connections += 1));

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { manner } = self;
    if (manner === 'hangs') return;
    if (manner === 'resets') return void req.socket.destroy();
    if (manner !== 'takes') return void res.writeHead(manner === 'fails' ? 500 : 400).end();
    const { messages, rest } = readFrames(Buffer.concat(chunks));
    if (rest.length > 0 || Number(req.headers['logplex-msg-count']) !== messages.length) return void res.writeHead(400).end();
    self.posts.push({ headers: req.headers, path: req.url ?? '', messages });
    self.messages.push(...messages);
    res.writeHead(200).end();
  }
  return self;
}

export async function startSyslogReceiver(tls?: Tls): Promise<Receiver> {
  const hear = (socket: Socket) => {
    self.connections += 1;
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const read = readFrames(Buffer.concat([rest, chunk]));
      self.messages.push(...read.messages);
      rest = Buffer.from(read.rest);
    });
  };
  const self: Receiver = await receiver(tls ? createTls({ cert: tls.chain, key: tls.key }, hear) : createPlain(hear));
  return self;
}

async function receiver(server: Server): Promise<Receiver> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  let port = 0;
  const self: Receiver = {
    get port() {
      return port;
    },
    messages: [],
    connections: 0,
    async start() {
      await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
      port = (server.address() as AddressInfo).port;
    },
    async stop() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  await self.start();
  return self;
}

/** `LEN SP MESSAGE`, one after the other. */
function readFrames(bytes: Buffer): { messages: string[]; rest: Buffer } {
  const messages: string[] = [];
  for (let at = 0; ;) {
    const space = bytes.indexOf(0x20, at);
    const count = space < 0 ? '' : bytes.toString('latin1', at, space);
    const end = space + 1 + Number(count);
    if (space >= 0 && !/^[1-9]\d*$/.test(count)) throw new Error(`no count of bytes: ${JSON.stringify(count)}`);
    if (space < 0 || end > bytes.length) return { messages, rest: bytes.subarray(at) };
    messages.push(bytes.toString('utf8', space + 1, end));
    at = end;
  }
}
