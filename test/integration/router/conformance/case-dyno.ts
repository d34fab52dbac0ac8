// The dyno of a case: it keeps what it was asked, and answers as the case wants it.
import type { Socket } from 'node:net';
import { rawDyno } from '../support.js';
import { readRequests } from './read-messages.js';

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

export interface Manner {
  /** What the dyno answers to each request; `200` with `ok` where absent. */
  answer?: string | undefined;
  /** What it does then, and when it answers: when the request is whole, unless it says so. */
  after?: 'end' | 'reset' | undefined;
  early?: boolean;
}

export interface CaseDyno {
  port: number;
  /** Those that are open. */
  sockets: Set<Socket>;
  close(): Promise<void>;
}

/** `aside` may answer a request that is no case's. */
export async function startCaseDyno(o: {
  manner(): Manner;
  keep(request: string): void;
  aside?(request: string): string | null;
}): Promise<CaseDyno> {
  const sockets = new Set<Socket>();
  const dyno = await rawDyno((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let bytes = '';
    let answered = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      const { whole, begun } = readRequests(bytes);
      const asked = o.manner().early ? begun : whole;
      for (; answered < asked.length; answered += 1) {
        const request = asked[answered]!;
        const aside = o.aside?.(request);
        if (aside) {
          socket.write(aside);
          continue;
        }
        o.keep(request);
        socket.write(o.manner().answer ?? OK, 'latin1', () => {
          if (o.manner().after === 'end') socket.end();
          if (o.manner().after === 'reset') socket.resetAndDestroy();
        });
      }
    });
  });
  return { port: dyno.port, sockets, close: dyno.close };
}
