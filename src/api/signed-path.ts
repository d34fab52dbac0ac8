// Paths that need no token, since nobody can guess them: output streams.
import { isSigned, sign } from '../lib/seal.js';

export type StreamKind = 'builds' | 'releases';

/** `/streams/builds/<id>?signature=…` */
export function streamPath(key: Buffer, kind: StreamKind, id: string): string {
  return `/streams/${kind}/${id}?signature=${sign(key, `stream ${kind} ${id}`)}`;
}

/** Whether the signature is the one of this stream. */
export function mayFollow(key: Buffer, kind: StreamKind, id: string, signature: string): boolean {
  return isSigned(key, `stream ${kind} ${id}`, signature);
}
