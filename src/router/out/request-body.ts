// A request's body as the dyno is sent it.
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A stream of the body that stands between the two: undici destroys a body it can't finish, and were that the request
 * itself, the client's connection would go with it. What isn't wanted any more is read and dropped.
 */
export function bodyOf(req: IncomingMessage, beforeRead: (() => void) | null): Readable {
  let onFirstRead = beforeRead;
  const body = new Readable({
    highWaterMark: 65_536,
    read() {
      onFirstRead?.();
      onFirstRead = null;
      req.resume();
    },
    destroy(error, callback) {
      req.off('data', take).off('end', finish).resume();
      callback(error);
    },
  });
  const take = (chunk: Buffer) => void (body.push(chunk) || req.pause());
  const finish = () => void body.push(null);
  req.on('data', take).on('end', finish).pause();
  return body;
}
