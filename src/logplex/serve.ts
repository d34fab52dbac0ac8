// Logplex's door: `GET /streams/logs/<token>`, on a port of its own; `web` passes its callers on to it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bus } from '../bus/open-bus.js';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import { decodeSession } from '../model/session-token.js';
import { isSequence } from '../model/logs/log-sequence.js';
import { chooseFraming } from './framing.js';
import { openHub } from './hub.js';
import { serveSession } from './serve-session.js';

export interface Logplex {
  /** `http://host:port` */
  url: string;
  /** Ends every session cleanly: readers of events come back by themselves. */
  stop(): Promise<void>;
}

const PATH = /^\/streams\/logs\/([\w.-]{1,4096})$/;
const STOP_MS = 1_000;

/**
 * Listens on a free port of `bind`.
 * @param o.key the home's key, which signs the sessions' tokens
 * @param o.node this machine's name, told instead of an address that stands for all
 */
export async function serveLogplex(o: { bus: Bus; key: Buffer; bind: string; node: string; now: () => number }): Promise<Logplex> {
  const hub = openHub(o.bus);
  const open = new Set<ServerResponse>();

  async function answer(request: IncomingMessage, out: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const token = PATH.exec(path)?.[1];
    if (!token) return refuse(out, 404, 'Not found.');
    if (request.method !== 'GET') return refuse(out, 405, 'Only GET is possible here.', { allow: 'GET' });
    const session = decodeSession(o.key, token, o.now());
    if (!session) return refuse(out, 404, 'This log session has expired. Open a new one.');
    const framing = chooseFraming(request.headers.accept);
    const resumeFrom = String(request.headers['last-event-id'] ?? '');
    open.add(out);
    out.once('close', () => open.delete(out));
    request.socket.setKeepAlive(true, 30_000);
    out.writeHead(200, { 'content-type': framing.contentType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
    out.flushHeaders();
    await serveSession({ bus: o.bus, hub, session, framing, resumeFrom: isSequence(resumeFrom) ? resumeFrom : '', out, now: o.now });
  }

  const server = createServer((request, out) => {
    out.on('error', () => undefined);
    answer(request, out).catch((error: Error) => {
      log('session-failed', { error: error.message });
      out.destroy();
    });
  });
  server.listen(0, o.bind);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const { port, address } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? o.node : o.bind;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async stop() {
      for (const out of open) out.end();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await within(STOP_MS, closed);
      server.closeAllConnections();
    },
  };
}

function refuse(out: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  out.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  out.end(`${text}\n`);
}
