// Signed URLs of blobs, served by `web`: whoever holds one may do just that, until it expires.
import { isSigned, sign } from '../../lib/seal.js';

export type BlobMethod = 'GET' | 'PUT';

interface SignedBlob {
  key: Buffer;
  method: BlobMethod;
  blob: string;
  expires: string;
  signature: string;
}

const KEY = /^(sources|uploads|slugs|archives)\/[0-9a-zA-Z._-]{1,128}$/;

/**
 * Whether a key may name a blob: `sources/<user>.<uuid>`, `uploads/<slug>` as it came from outside, `slugs/<sha256>` that
 * our own processes made, `archives/<slug>` to be downloaded.
 */
export function isBlobKey(key: string): boolean {
  return KEY.test(key) && !key.includes('..');
}

/** `<base>/blobs/<key>?expires=…&method=…&signature=…`; valid for `ttlS` seconds from `now` (ms). */
export function blobUrl(o: { base: string; key: Buffer; method: BlobMethod; blob: string; now: number; ttlS: number }): string {
  const expires = Math.floor(o.now / 1000) + o.ttlS;
  const signature = sign(o.key, `${o.method} ${o.blob} ${expires}`);
  return `${o.base}/blobs/${o.blob}?expires=${expires}&signature=${signature}`;
}

/** Whether a request for a blob carries a signature that is right and not expired. */
export function mayUseBlob(o: SignedBlob & { now: number }): boolean {
  return Number(o.expires) * 1000 >= o.now && isBlobUrl(o);
}

/** Whether we signed it, be it expired or not. */
export function isBlobUrl(o: SignedBlob): boolean {
  return isSigned(o.key, `${o.method} ${o.blob} ${Number(o.expires)}`, o.signature);
}
