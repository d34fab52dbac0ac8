// One router with TLS before one dyno that says what a case wants said; a client of HTTP/2, or frames by hand.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../../../../src/router/limits.js';
import { bytesMoved } from '../../../../src/router/out/idle-window.js';
import { NO_PROXIES, type Proxies } from '../../../../src/router/peer/peer.js';
import { ensureCertificates } from '../../../../src/start/home/ca.js';
import { startCaseDyno, type Manner } from '../conformance/case-dyno.js';
import { aDyno, anApp, startTestRouter, until, type TestRouter } from '../support.js';
import { ACK, frame, GOAWAY, HEADERS, PREFACE, rawClient, RST, SETTINGS, type Frame } from './frames.js';

export interface Case extends Manner {
  name: string;
  /** What a client of HTTP/2 asks; `:path` is `/` and `:authority` demo.localhost where they are absent. */
  ask?: Record<string, string | string[]>;
  /** Packets of its body. */
  body?: string[];
  /** Or frames, behind the preface and an empty SETTINGS. */
  frames?: Buffer[];
  saw: string[];
  /** Of a client `200 x-a=1 "body"`; of frames `1 200`, `rst 1 PROTOCOL_ERROR`, `goaway NO_ERROR`. */
  got: string[];
  lines: string[];
}

export { OK } from '../conformance/case-dyno.js';
const PATIENCE_MS = 8_000;
const ALWAYS = /^(:status|via|date|cache-control|content-type|content-length)$/;
/** As the static table has them (RFC 7541, appendix A). */
const STATUSES: Record<number, number> = { 0x88: 200, 0x89: 204, 0x8c: 400, 0x8d: 404 };
const ERRORS = Object.entries(constants).flatMap(([name, code]) =>
  name.startsWith('NGHTTP2_') && typeof code === 'number' && code <= 0xd && /(_ERROR|REFUSED_STREAM|CANCEL|_CALM|STREAM_CLOSED)$/.test(name)
    ? [[code, name.slice('NGHTTP2_'.length)] as const]
    : [],
);

export interface Plane {
  router: TestRouter;
  ca: Buffer;
  /** Requests as the dyno has seen them in this case. */
  saw(): string[];
  /** Sockets of the dyno that are open. */
  open(): number;
  /** Bytes that the router has taken from the dyno. */
  sent(): number;
  /** The dyno says something more. */
  say(text: string): void;
  answerWith(what: Manner): void;
  connect(): Promise<ClientHttp2Session>;
  run(what: Case): Promise<Pick<Case, 'saw' | 'got' | 'lines'>>;
  /** The router's lines, shortly. */
  told(): string[];
  close(): Promise<void>;
}

export async function startPlane(limits: Partial<Limits> = {}, proxies: Proxies = NO_PROXIES): Promise<Plane> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-h2-'));
  await ensureCertificates(dir, ['localhost', 'demo.localhost', '127.0.0.1'], Date.now());
  const at = (name: string) => readFileSync(join(dir, name));
  const ca = at('ca.pem');
  let current: Manner = {};
  let saw: string[] = [];
  const dyno = await startCaseDyno({ manner: () => current, keep: (request) => void saw.push(request) });
  const { sockets } = dyno;
  const router = await startTestRouter(
    [anApp({ dynos: [aDyno({ port: dyno.port })] })],
    { firstByteMs: 10_000, idleMs: 10_000, ...limits },
    { cert: at('server.pem'), key: at('server.key') },
    proxies,
  );
  const told = () => router.lines.map(({ text }) => shortLine(text));

  async function connected(): Promise<ClientHttp2Session> {
    const client = connect(`https://127.0.0.1:${router.port}`, { ca, servername: 'demo.localhost' });
    client.on('error', () => undefined);
    await once(client, 'connect');
    return client;
  }

  async function ask({ ask: headers = {}, body = [] }: Case): Promise<string[]> {
    const client = await connected();
    const got = await answerOf(client, { ':path': '/', ':authority': 'demo.localhost', ...headers }, body);
    client.destroy();
    return got;
  }

  async function send({ frames = [], got }: Case): Promise<string[]> {
    const client = await rawClient(router.port, ca);
    client.socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(SETTINGS, ACK, 0), ...frames]));
    const shown = () => client.frames().flatMap(shownFrame);
    await until(() => shown().length >= got.length || client.isClosed(), PATIENCE_MS).catch(() => undefined);
    client.socket.destroy();
    return shown();
  }

  return {
    router,
    ca,
    saw: () => saw,
    open: () => sockets.size,
    sent: () => [...sockets].reduce((sum, socket) => sum + bytesMoved(socket), 0),
    say: (text) => sockets.forEach((socket) => socket.write(text)),
    answerWith: (what) => void (current = what),
    connect: connected,
    told,
    async run(what) {
      current = what;
      saw = [];
      router.lines.length = 0;
      const got = what.frames ? await send(what) : await ask(what);
      await until(() => told().length >= what.lines.length, 3_000).catch(() => undefined);
      for (const socket of sockets) socket.destroy();
      await until(() => sockets.size === 0);
      return { saw, got, lines: told() };
    },
    async close() {
      await router.close();
      await dyno.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Interim answers, the answer, and how it ended where it wasn't whole. */
export async function answerOf(
  client: ClientHttp2Session,
  headers: Record<string, string | string[]>,
  body: string[] = [],
): Promise<string[]> {
  const stream = client.request(headers, { endStream: body.length === 0 });
  const got: string[] = [];
  let head = '';
  let text = '';
  let tail = '';
  stream.on('headers', (interim) => got.push(shownHead(interim)));
  stream.on('response', (answer) => (head = shownHead(answer)));
  stream.on('trailers', (trailers) => (tail = ` + ${shownHead(trailers).trim()}`));
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  for (const packet of body) stream.write(packet, 'latin1');
  if (body.length > 0) stream.end();
  await new Promise<void>((resolve) => void stream.once('close', () => resolve()));
  const isPage = text.startsWith('<!DOCTYPE html>');
  if (head !== '') got.push(head + (isPage ? ' page' : text === '' ? '' : ` ${JSON.stringify(text)}`) + tail);
  if (stream.rstCode) got.push(`rst ${errorName(stream.rstCode)}`);
  return got;
}

function shownHead(headers: IncomingHttpHeaders & { ':status'?: number }): string {
  const shown = Object.entries(headers).flatMap(([name, value]) => (ALWAYS.test(name) ? [] : [` ${name}=${[value].flat().join('|')}`]));
  return `${headers[':status'] ?? ''}${shown.join('')}`;
}

function shownFrame({ type, stream, payload }: Frame): string[] {
  if (type === HEADERS) return [`${stream} ${STATUSES[payload[0]!] ?? 'answer'}`];
  if (type === RST) return [`rst ${stream} ${errorName(payload.readUInt32BE(0))}`];
  if (type === GOAWAY) return [`goaway ${errorName(payload.readUInt32BE(4))}`];
  return [];
}

function errorName(code: number): string {
  return ERRORS.find(([each]) => each === code)?.[1] ?? String(code);
}

/** `GET 200`, or `GET H26 400 bad header`. */
function shortLine(text: string): string {
  const [, code = '', cause = ''] = /(?: code=(\w+) desc="[^"]*")(?: cause="([^"]*)")?/.exec(text) ?? [];
  const [, method = '', status = ''] = / method=(\S*) .* status=(\d*) /.exec(text) ?? [];
  return [method, code, status, cause].filter((part) => part !== '').join(' ');
}
