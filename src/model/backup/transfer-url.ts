// URLs of a backup's content, served by `web`: a plain one names it, a signed one lets whoever holds it read it, until it expires.
import { isUuid } from '../../lib/is-uuid.js';
import { parseUrl } from '../../lib/net/parse-url.js';
import { isSigned, sign } from '../../lib/seal.js';

/** Heroku's. */
export const SIGNED_FOR_S = 3_600;

const PATH = /^\/transfers\/([0-9a-f-]{36})\/content$/;

export function plainUrl(base: string, id: string): string {
  return `${base}/transfers/${id}/content`;
}

/** Good for `ttlS` seconds from `now` (ms). */
export function signedUrl({ base, key, id, now, ttlS }: { base: string; key: Buffer; id: string; now: number; ttlS: number }): string {
  const expires = Math.floor(now / 1000) + ttlS;
  return `${plainUrl(base, id)}?expires=${expires}&signature=${sign(key, textOf(id, String(expires)))}`;
}

export function maySee(o: { key: Buffer; id: string; now: number; expires: string; signature: string }): boolean {
  return Number(o.expires) * 1000 >= o.now && isSigned(o.key, textOf(o.id, o.expires), o.signature);
}

/** Which backup of ours a URL names; null where it is none of `base`. */
export function readTransferUrl(base: string, text: string): { id: string; expires: string; signature: string } | null {
  const url = parseUrl(text);
  const id = url?.origin === new URL(base).origin ? PATH.exec(url.pathname)?.[1] : undefined;
  if (!url || id === undefined || !isUuid(id)) return null;
  return { id, expires: url.searchParams.get('expires') ?? '', signature: url.searchParams.get('signature') ?? '' };
}

function textOf(id: string, expires: string): string {
  return `backup ${id} ${expires}`;
}
