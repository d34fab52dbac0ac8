// The one port by which add-ons of ours are reached from outside: TLS only, with the API's certificate. Where a client wants to go
// is told by what it says first; whether it may, its server decides by the password. A dyno doesn't come this way.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Certificate } from '../../lib/certificate.js';
import { log } from '../../lib/log.js';
import { pgRefusal, readCancelKey, readPgRequest, readRedisHello } from './first-words.js';
import type { Target, Targets } from './targets.js';

export interface DataPort {
  port: number;
  close(): void;
}

interface Door {
  port: number;
  host: string;
  certificate: () => Certificate | null;
  targets: Targets;
}

const TLS_HANDSHAKE = 0x16;
/** For all that is said before a session begins. */
const COME_IN_WITHIN_MS = 20_000;
const CONNECT_WITHIN_MS = 5_000;
const KEEP_ALIVE_MS = 30_000;
const MOST_STRANGERS = 200;
const MOST_SESSIONS = 2_000;
/** What a server says before its first answer. */
const LONGEST_GREETING = 64 * 1024;
const NO_TLS = 'this port takes TLS only: connect with sslmode=require';

/** Listens; 0 picks a free port. Rejects when it can't be had. */
export async function openDataPort(door: Door): Promise<DataPort> {
  const sockets = new Set<Socket>();
  /** Where sessions are, by the key that cancels what they do. */
  const cancels = new Map<string, Target>();
  const contextNow = watchContext(door.certificate);
  let strangers = 0;

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) => {
    socket.on('error', () => socket.destroy());
    const context = contextNow();
    if (!context || strangers >= MOST_STRANGERS || sockets.size >= MOST_SESSIONS) return void socket.destroy();
    sockets.add(socket);
    strangers += 1;
    const late = setTimeout(() => socket.destroy(), COME_IN_WITHIN_MS);
    let isKnown = false;
    const known = () => {
      if (!isKnown) strangers -= 1;
      isKnown = true;
      clearTimeout(late);
    };
    socket.once('close', () => {
      sockets.delete(socket);
      known();
    });
    welcome(socket, context, known).catch((error: Error) => {
      if (!(error instanceof Gone)) log('data-port', { error: error.message });
      socket.destroy();
    });
  });

  async function welcome(socket: Socket, context: SecureContext, known: () => void): Promise<void> {
    const secure = await greet(socket, context);
    if (!secure) return;
    const first = await take(secure, (bytes) => bytes.length > 0);
    await (first[0] === 0 ? leadToPostgresql(secure, first, known) : leadToRedis(secure, first, known));
  }

  /** The TLS that it asks for; null where it came for something else, which is done. */
  async function greet(socket: Socket, context: SecureContext): Promise<TLSSocket | null> {
    for (;;) {
      const said = await take(socket, (bytes) => bytes[0] !== 0 || readPgRequest(bytes) !== 'more');
      if (said[0] === TLS_HANDSHAKE) {
        socket.unshift(said);
        return wrap(socket, context);
      }
      const request = said[0] === 0 ? readPgRequest(said) : 'wrong';
      if (said[0] !== 0) return end(socket, `-ERR ${NO_TLS}\r\n`);
      if (typeof request === 'string') return end(socket);
      if (request.is === 'cancel') return cancel(socket, request.key, said);
      if (request.is === 'startup') return end(socket, pgRefusal('28000', NO_TLS));
      // What follows at once was not said under TLS, and isn't to be taken for it.
      if (said.length > 8) return end(socket);
      socket.write(request.is === 'ssl' ? 'S' : 'N');
      if (request.is === 'ssl') return wrap(socket, context);
    }
  }

  async function leadToPostgresql(secure: TLSSocket, first: Buffer, known: () => void): Promise<void> {
    const said = await take(secure, (bytes) => readPgRequest(bytes) !== 'more', first);
    const request = readPgRequest(said);
    if (typeof request === 'string') return void end(secure);
    if (request.is === 'cancel') return void cancel(secure, request.key, said);
    if (request.is !== 'startup') return void end(secure);
    const target = await door.targets.byDatabase(request.database);
    if (!target) return void end(secure, pgRefusal('3D000', 'there is no such database here: see the config vars of its app'));
    const inside = await reach(target);
    if (!inside) return void end(secure, pgRefusal('57P03', 'the database does not answer: try again in a moment'));
    known();
    noteCancelKey(inside, target);
    join(secure, inside, said);
  }

  async function leadToRedis(secure: TLSSocket, first: Buffer, known: () => void): Promise<void> {
    const said = await take(secure, (bytes) => readRedisHello(bytes) !== 'more', first);
    const hello = readRedisHello(said);
    if (hello === 'wrong') return void end(secure);
    if (typeof hello === 'string') return void end(secure, '-NOAUTH Authentication required: begin with AUTH.\r\n');
    const target = await door.targets.byPassword(hello.password);
    if (!target) return void end(secure, '-WRONGPASS no key-value store here has that password.\r\n');
    const inside = await reach(target);
    if (!inside) return void end(secure, '-LOADING the key-value store does not answer: try again in a moment.\r\n');
    known();
    join(secure, inside, said);
  }

  function noteCancelKey(inside: Socket, target: Target): void {
    let said = Buffer.alloc(0);
    const look = (chunk: Buffer) => {
      said = Buffer.concat([said, chunk]);
      const found = readCancelKey(said);
      if (found === 'more' && said.length < LONGEST_GREETING) return;
      inside.off('data', look);
      if (typeof found === 'string') return;
      cancels.set(found.key, target);
      inside.once('close', () => cancels.delete(found.key));
    };
    inside.on('data', look);
  }

  /** Passes it on to the session's server, and to no other; nobody is told whether there was one. */
  async function cancel(socket: Socket, key: string, said: Buffer): Promise<null> {
    const target = cancels.get(key);
    const inside = target ? await reach(target) : null;
    inside?.end(said);
    return end(socket);
  }

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port: door.port, host: door.host }, resolve));
  server.on('error', () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** It left, or said too much: nobody is told. */
class Gone extends Error {}

const LONGEST_WORDS = 16 * 1024;

/** What a socket says until that is enough, after `before`; paused then. Throws Gone. */
function take(socket: Socket, isEnough: (bytes: Buffer) => boolean, before: Buffer = Buffer.alloc(0)): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let said = before;
    const look = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        said = Buffer.concat([said, chunk]);
        if (said.length > LONGEST_WORDS) return done(new Gone());
      }
      if (said.length > 0 && isEnough(said)) done();
    };
    const leave = () => done(new Gone());
    function done(error?: Error): void {
      socket.off('readable', look).off('end', leave).off('close', leave);
      if (error) reject(error);
      else resolve(said);
    }
    socket.on('readable', look).once('end', leave).once('close', leave);
    look();
  });
}

function wrap(socket: Socket, secureContext: SecureContext): TLSSocket {
  const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['postgresql'] });
  secure.on('error', () => socket.destroy());
  return secure;
}

function end(socket: Socket, words?: Buffer | string): null {
  if (words === undefined) socket.end();
  else socket.end(words);
  return null;
}

/** Null where it doesn't answer. */
function reach({ host, port }: Target): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    const late = setTimeout(() => socket.destroy(), CONNECT_WITHIN_MS);
    const done = (reached: Socket | null) => {
      clearTimeout(late);
      resolve(reached);
    };
    socket.once('connect', () => done(socket)).once('close', () => done(null));
    socket.on('error', () => socket.destroy());
  });
}

/** What either says goes to the other, what was said already first; either's end is both's. */
function join(outside: Socket, inside: Socket, said: Buffer): void {
  // It may have left while its server was looked for: its end is told to nobody then.
  if (outside.destroyed) return void inside.destroy();
  inside.write(said);
  inside.once('close', () => outside.destroySoon());
  outside.once('close', () => inside.destroy());
  inside.pipe(outside).pipe(inside);
}

function watchContext(certificate: () => Certificate | null): () => SecureContext | null {
  let shown: { certificate: Certificate; context: SecureContext } | null = null;
  return () => {
    const now = certificate();
    if (now && now !== shown?.certificate) shown = { certificate: now, context: createSecureContext(now) };
    return now && shown!.context;
  };
}
