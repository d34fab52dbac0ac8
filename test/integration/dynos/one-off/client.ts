// Clients of one-off dynos: one that speaks bytes, as Heroku's does, and one that speaks our frames.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import type { DynoWish } from '../../../../src/actions/one-off/make-dyno.js';
import { runDyno } from '../../../../src/actions/one-off/run-dyno.js';
import { FRAMED, openFrameReader, readExitStatus } from '../../../../src/model/run/attach-frames.js';
import type { App } from '../../../../src/model/app.js';
import type { Dyno } from '../../../../src/model/dyno.js';
import { readWants } from '../../../../src/store/app/wanted.js';
import type { Home } from '../home.js';

/** Asks for a one-off dyno as the API does. */
export function ask(home: Home, app: App, wish: Partial<DynoWish> & { command: string }) {
  return runDyno(
    home.ctx,
    app,
    home.user,
    { userId: home.user.id, authorizationId: null },
    { attach: true, hasTty: false, env: {}, type: 'run', ...wish },
  );
}

/** Resolves when the app's first release is carried out. */
export async function deployed(home: Home, app: App): Promise<void> {
  while ((await readWants(home.ctx.store, app.id)).length === 0) await sleep(20);
}

export interface Client {
  socket: TLSSocket;
  /** Resolves when the dyno is there, or the connection has closed. */
  ready: Promise<void>;
  /** Chunks as they came, the first one too. */
  chunks: Buffer[];
  /** All that came behind the first chunk, when the connection has closed. */
  all: Promise<string>;
}

export async function come(home: Home, secret: string, speech = ''): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: await home.rendezvousPort(), rejectUnauthorized: false });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(`${secret}${speech}\r\n`);
  return {
    socket,
    chunks,
    ready: Promise.race([once(socket, 'data').then(() => undefined), closed]),
    all: closed.then(() => Buffer.concat(chunks.slice(1)).toString()),
  };
}

/** What a client that speaks frames has heard when the connection has closed. */
export async function hear(home: Home, secret: string, send: (socket: TLSSocket) => void = () => undefined) {
  const client = await come(home, secret, ` ${FRAMED}`);
  await client.ready;
  send(client.socket);
  await client.all;
  const read = openFrameReader();
  const parts = client.chunks.slice(1).flatMap((chunk) => [...read(chunk)]);
  const text = (kind: string) => Buffer.concat(parts.filter((part) => part.kind === kind).map((part) => part.payload)).toString();
  const exit = parts.find((part) => part.kind === 'exit');
  return { output: text('output'), errors: text('errors'), status: exit ? readExitStatus(exit.payload) : undefined };
}

/** A one-off dyno and its client's whole conversation. */
export async function converse(home: Home, app: App, wish: Partial<DynoWish> & { command: string }, send?: (socket: TLSSocket) => void) {
  const { dyno, secret } = await ask(home, app, wish);
  return { dyno: dyno as Dyno, ...(await hear(home, secret!, send)) };
}
