// A proxy on the loopback for one child process (git): it connects only where the guard lets it.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { FetchFault } from './fetch-fault.js';
import type { FetchGuard } from './fetch-guard.js';

export interface GuardedProxy {
  /** To be given to the child as its HTTP proxy. */
  url: string;
  /** What was refused, if anything: the child only hears a status. */
  refused(): FetchFault | null;
  close(): void;
}

/** Opens a proxy; whoever opens it closes it. */
export async function openGuardedProxy(guard: FetchGuard): Promise<GuardedProxy> {
  let refused: FetchFault | null = null;
  const note = (error: unknown) => {
    if (error instanceof FetchFault) refused = error;
  };
  const server = createServer((req, res) => pass(guard, req, res, note));
  server.on('connect', (req: IncomingMessage, socket: Duplex, head: Buffer) =>
    tunnel(guard, { target: req.url ?? '', socket, head }, note),
  );
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((listening, failed) => server.on('error', failed).listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** `CONNECT host:port`: bytes both ways. */
function tunnel(guard: FetchGuard, o: { target: string; socket: Duplex; head: Buffer }, note: (error: unknown) => void): void {
  const end = (error?: unknown) => {
    note(error);
    o.socket.destroy();
  };
  o.socket.on('error', () => end());
  try {
    const { hostname, port } = new URL(`https://${o.target}`);
    const to = connect(guardedPlace(guard, hostname, Number(port || 443)));
    // What has come last may still have to be taken.
    to.on('error', end).on('close', () => (o.socket as Socket).destroySoon());
    o.socket.on('close', () => to.destroy());
    to.once('connect', () => {
      o.socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (o.head.length > 0) to.write(o.head);
      o.socket.pipe(to).pipe(o.socket);
    });
  } catch (error) {
    end(error);
  }
}

/** A request for a whole URL, without TLS. */
function pass(guard: FetchGuard, req: IncomingMessage, res: ServerResponse, note: (error: unknown) => void): void {
  const fail = (error: unknown) => {
    note(error);
    if (res.headersSent) res.destroy();
    else res.writeHead(502).end();
  };
  try {
    const url = new URL(req.url ?? '');
    const { host: _host, 'proxy-connection': _connection, ...headers } = req.headers;
    const options = {
      ...guardedPlace(guard, url.hostname, Number(url.port || 80)),
      method: req.method,
      path: url.pathname + url.search,
      headers: { ...headers, host: url.host },
      agent: false as const,
    };
    const onward = request(options, (answer) => {
      // What is named in it is passed on by nobody; without chunks it may not even be there.
      const { trailer: _trailer, ...passed } = answer.headers;
      try {
        res.writeHead(answer.statusCode ?? 502, passed);
        answer.on('error', fail).pipe(res);
      } catch {
        // No answer that there is: of the status 99, say.
        res.destroy();
      }
    });
    req.pipe(onward.on('error', fail));
    res.on('close', () => onward.destroy());
  } catch (error) {
    fail(error);
  }
}

/** What is connected to; throws FetchFault for an address that may not be. */
export function guardedPlace(guard: FetchGuard, hostname: string, port: number) {
  guard.checkHost(hostname, port);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return guard.isAllowed(hostname, port) ? { host, port } : { host, port, lookup: guard.lookup };
}
