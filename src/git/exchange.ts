// One request and one response as node-git-server may have them. It is given neither of the real ones: it pipes
// without listening for errors, and a client that leaves would end our process.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Writable, type Readable } from 'node:stream';

/** What node-git-server reads of a request: a stream, a method, a URL, headers. */
export function asRequest(body: Readable, o: { method: string; url: string }): IncomingMessage {
  return Object.assign(body, { ...o, headers: {} }) as unknown as IncomingMessage;
}

export interface Reply {
  /** To be handed to node-git-server. */
  response: ServerResponse;
  /** Whether anything has gone to the client. */
  hasStarted(): boolean;
}

/**
 * A response whose head is sent with its first byte, so that until then a refusal can take its place. Once git's
 * output has ended, `finish` says how to end: with null as it is, or with a refusal when nothing was said.
 */
export function openReply(
  res: ServerResponse,
  o: { headers: Record<string, string>; finish: () => Promise<{ status: number; message: string } | null> },
): Reply {
  let started = false;
  const start = () => {
    if (!started && !res.headersSent) res.writeHead(200, o.headers);
    started = true;
  };
  const reply = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      start();
      // An error here means that the client is gone; git's output is then read to nowhere.
      res.write(chunk, () => done());
    },
    final(done) {
      void o.finish().then((refusal) => {
        if (refusal && !started) refuse(res, refusal);
        else {
          start();
          res.end();
        }
        done();
      });
    },
  });
  reply.on('error', () => undefined);
  const head = { statusCode: 200, setHeader: () => undefined, writeHead: () => undefined };
  return { response: Object.assign(reply, head) as unknown as ServerResponse, hasStarted: () => started };
}

/** Answers with one line, which git shows after `remote: `. Cuts the connection when an answer has begun. */
export function refuse(res: ServerResponse, refusal: { status: number; message: string; headers?: Record<string, string> }): void {
  if (res.writableEnded || res.destroyed) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const text = `${refusal.message}\n`;
  res.writeHead(refusal.status, {
    ...refusal.headers,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

export const NO_CACHE = {
  expires: 'Fri, 01 Jan 1980 00:00:00 GMT',
  pragma: 'no-cache',
  'cache-control': 'no-cache, max-age=0, must-revalidate',
};
