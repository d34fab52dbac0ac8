// The body of a request as node-git-server may have it: unzipped, counted, and dull at its beginning.
import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface BodyProblem {
  status: 400 | 408 | 413 | 415;
  message: string;
}

interface BodyOptions {
  /** Of the unzipped body. */
  maxBytes: number;
  /** A client that sends nothing for this long is gone. */
  stallMs: number;
  onProblem: (problem: BodyProblem) => void;
}

const HEAD_BYTES = 4;

/** Opens the body. A problem is told once; the stream then yields nothing more, and never errs. */
export function openBody(req: IncomingMessage, o: BodyOptions): Readable {
  const body = new Transform({ transform: pass });
  let bytes = 0;
  let failed = false;
  const stall = setTimeout(() => fail({ status: 408, message: 'The request stopped arriving.' }), o.stallMs);
  body.once('close', () => clearTimeout(stall));
  body.once('finish', () => clearTimeout(stall));
  body.on('error', () => undefined);

  function pass(this: Transform, chunk: Buffer, _encoding: string, done: () => void): void {
    stall.refresh();
    // node-git-server runs a regular expression over the first chunk that takes seconds on 64 KB of hex digits.
    if (bytes === 0 && chunk.length > HEAD_BYTES) {
      this.push(chunk.subarray(0, HEAD_BYTES));
      this.push(chunk.subarray(HEAD_BYTES));
    } else this.push(chunk);
    bytes += chunk.length;
    if (bytes > o.maxBytes) fail({ status: 413, message: 'This request is too large.' });
    else done();
  }

  function fail(problem: BodyProblem): void {
    if (failed) return;
    failed = true;
    clearTimeout(stall);
    req.unpipe();
    req.resume();
    o.onProblem(problem);
  }

  const encoding = req.headers['content-encoding'] ?? 'identity';
  req.on('error', () => fail({ status: 400, message: 'The request broke off.' }));
  if (encoding === 'identity') req.pipe(body);
  else if (encoding === 'gzip' || encoding === 'x-gzip') {
    const gunzip = createGunzip();
    gunzip.on('error', () => fail({ status: 400, message: "The request's gzip body is damaged." }));
    req.pipe(gunzip).pipe(body);
  } else fail({ status: 415, message: `The content encoding ${JSON.stringify(encoding)} isn't spoken here; send gzip or none.` });
  return body;
}
