// What a provider needs for logs: the token of the drain that its add-on may have, known before there is one, and the URL by which it
// writes to the app's log. Both are made of the add-on's id and signed, so that an add-on has the same whenever it is asked for.
import { isSigned, sign } from '../../lib/seal.js';

/** `d.<uuid>` */
export function drainTokenFor(key: Buffer, addonId: string): string {
  const hex = Buffer.from(sign(key, `log drain of ${addonId}`), 'base64url')
    .toString('hex')
    .slice(0, 32);
  return `d.${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}

/** `https://token:t.…@host/logs`; `apiUrl` is where the provider reaches the API. */
export function logInputUrl(key: Buffer, addonId: string, apiUrl: string): string {
  const url = new URL('/logs', apiUrl);
  url.username = 'token';
  url.password = `t.${addonId}.${sign(key, textOf(addonId))}`;
  return url.href;
}

/** Whose token it is; null where it is none of ours. */
export function readLogToken(key: Buffer, token: string): string | null {
  const [, addonId = '', signature = ''] = /^t\.([0-9a-f-]{36})\.([\w-]+)$/.exec(token) ?? [];
  return isSigned(key, textOf(addonId), signature) ? addonId : null;
}

function textOf(addonId: string): string {
  return `log input of ${addonId}`;
}
