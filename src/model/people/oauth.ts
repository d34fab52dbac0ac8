// OAuth clients, and what they ask for: the authorization code grant of RFC 6749 §4.1, with PKCE (RFC 7636) where a client uses it.
import { parseUrl } from '../../lib/net/parse-url.js';
import { createHash } from 'node:crypto';
import { SCOPES, type Scope } from '../scope.js';

/** A program that asks people to let it act for them. */
export interface OauthClient {
  id: string;
  /** Who registered it. */
  userId: string;
  name: string;
  /** Where a browser is sent back to: compared as text, whole. */
  redirectUri: string;
  secretHash: string;
  /** How its secret begins and ends. */
  secretHint: string;
  createdAt: Date;
  updatedAt: Date;
}

/** What a person allowed, to be had once for a code. */
export interface OauthCode {
  clientId: string;
  userId: string;
  scope: Scope[];
  /** Of PKCE; null where there was none. */
  challenge: string | null;
}

/** A user registers so many at most. */
export const MOST_CLIENTS = 50;
/** Seconds that a code is good for. */
export const CODE_FOR_S = 5 * 60;
/** Seconds that an access token is good for; the token to refresh it with is good until it is revoked. */
export const ACCESS_FOR_S = 8 * 3600;
const MOST_URI_CHARS = 2_000;
const MOST_STATE_CHARS = 2_000;
const LOOPBACK = /^(localhost|127\.0\.0\.1)$/;
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** Why a URI can't be one that browsers are sent back to, for the person; null when it can. */
export function whyNoRedirect(text: string): string | null {
  if (text.length > MOST_URI_CHARS || !/^[\x21-\x7e]+$/.test(text) || !parseUrl(text))
    return 'must be a whole URL, such as https://example.com/auth/callback';
  const { protocol, hostname, username, password } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  if (!isSafe) return 'must begin with https://, or with http://localhost or http://127.0.0.1 for a program on the same machine';
  if (username !== '' || password !== '') return 'must hold no user name and no password';
  return text.includes('#') ? 'must hold no #fragment' : null;
}

/** A URI with more in its query: what stands there stays as it is. */
export function withQuery(uri: string, query: Record<string, string | null>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}

/** Whether who shows a verifier is who sent the challenge (S256). Where there was no challenge there must be no verifier. */
export function isVerifierOf(challenge: string | null, verifier: string | null): boolean {
  if (challenge === null || verifier === null) return challenge === null && verifier === null;
  return VERIFIER.test(verifier) && createHash('sha256').update(verifier).digest('base64url') === challenge;
}

/** What a client asks a person for. */
export interface OauthWish {
  scope: Scope[];
  redirectUri: string | null;
  challenge: string | null;
  state: string | null;
}

/** `page` is told to the person, since nobody knows where to send them; `error` is told to the client, in the words of RFC 6749. */
export type ReadWish = { wish: OauthWish } | { page: string } | { error: string; why: string; state: string | null };

/** Reads the request for a code, as it comes in a query or a form. */
export function readOauthWish(query: Readonly<Record<string, unknown>>, { redirectUri }: Pick<OauthClient, 'redirectUri'>): ReadWish {
  const given = (name: string): string | null => (typeof query[name] === 'string' && query[name] !== '' ? query[name] : null);
  const isTwice = Object.values(query).some((value) => Array.isArray(value));
  if (isTwice) return { page: 'A part of this request was given twice: tell whoever sent you here.' };
  const to = given('redirect_uri');
  if (to !== null && to !== redirectUri) return { page: 'It asks to send you elsewhere than it may: tell whoever sent you here.' };
  const state = given('state');
  if (state !== null && state.length > MOST_STATE_CHARS)
    return refuse('invalid_request', `state: ${MOST_STATE_CHARS} characters are the most`, null);
  if (given('response_type') !== 'code') return refuse('unsupported_response_type', 'response_type: must be code', state);
  const scope = [...new Set((given('scope') ?? '').split(/[\s,]+/).filter(Boolean))];
  if (scope.length === 0 || !scope.every(isScope)) return refuse('invalid_scope', `scope: must name some of ${SCOPES.join(', ')}`, state);
  const challenge = given('code_challenge');
  const isPlain = (given('code_challenge_method') ?? 'plain') !== 'S256';
  if (challenge !== null && (isPlain || !CHALLENGE.test(challenge)))
    return refuse('invalid_request', 'code_challenge: must be one of 43 characters, with code_challenge_method=S256', state);
  return { wish: { scope: scope as Scope[], redirectUri: to, challenge, state } };
}

function refuse(error: string, why: string, state: string | null): ReadWish {
  return { error, why, state };
}

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
