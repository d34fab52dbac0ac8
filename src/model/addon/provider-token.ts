// What a provider proves itself with: a grant that comes with the call, good for five minutes and once, for which it gets an access
// token of one add-on (8 hours) and a refresh token. Nothing is kept of them: each says what it is, and is signed.
import { isSigned, sign } from '../../lib/seal.js';

export type TokenKind = 'grant' | 'access' | 'refresh';

const GOOD_FOR_MS: Record<TokenKind, number> = { grant: 5 * 60_000, access: 8 * 3_600_000, refresh: Number.POSITIVE_INFINITY };
const TOKEN = /^addon-(grant|access|refresh)\.([0-9a-f-]{36})\.(\d+|never)\.([\w-]+)$/;

export interface ProviderToken {
  kind: TokenKind;
  addonId: string;
  /** Null of one that doesn't end. */
  ends: Date | null;
}

export function makeProviderToken(key: Buffer, kind: TokenKind, addonId: string, now: number): { token: string; ends: Date | null } {
  const end = now + GOOD_FOR_MS[kind];
  const said = Number.isFinite(end) ? String(end) : 'never';
  return {
    token: `addon-${kind}.${addonId}.${said}.${sign(key, textOf(kind, addonId, said))}`,
    ends: Number.isFinite(end) ? new Date(end) : null,
  };
}

/** Whether it looks like one. */
export function isProviderToken(token: string): boolean {
  return TOKEN.test(token);
}

/** Null for one that isn't ours, of another kind, or past its end. */
export function readProviderToken(key: Buffer, kind: TokenKind, token: string, now: number): ProviderToken | null {
  const [, found, addonId = '', said = '', signature = ''] = TOKEN.exec(token) ?? [];
  if (found !== kind || !isSigned(key, textOf(kind, addonId, said), signature)) return null;
  const ends = said === 'never' ? null : new Date(Number(said));
  return ends && ends.getTime() < now ? null : { kind, addonId, ends };
}

function textOf(kind: TokenKind, addonId: string, ends: string): string {
  return `add-on ${kind} ${addonId} ${ends}`;
}
