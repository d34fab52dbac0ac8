// Paths of add-ons' pages: a browser has no token, so who asked for one is signed into it; each is good for an hour at least.
import { isUuid } from '../../lib/is-uuid.js';
import { isSigned, sign } from '../../lib/seal.js';

const HOUR_S = 3_600;

/** The same for an hour, so that answers which hold it stay the same. */
export function ssoPath(key: Buffer, { addonId, userId, now }: { addonId: string; userId: string; now: number }): string {
  const ends = (Math.floor(now / 1000 / HOUR_S) + 2) * HOUR_S;
  return `/addons/${addonId}/sso?by=${userId}&expires=${ends}&signature=${sign(key, textOf(addonId, userId, String(ends)))}`;
}

/** Who asked for it; null when the signature is another's, or has expired. */
export function readSsoPath(key: Buffer, addonId: string, now: number, query: Record<string, unknown>): string | null {
  const [by = '', ends = '', signature = ''] = [query['by'], query['expires'], query['signature']].map(String);
  const isGood = isUuid(by) && isSigned(key, textOf(addonId, by, ends), signature) && Number(ends) * 1000 > now;
  return isGood ? by : null;
}

function textOf(addonId: string, userId: string, ends: string): string {
  return `add-on page ${addonId} ${userId} ${ends}`;
}
