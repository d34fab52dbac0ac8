// Fetching a URL that somebody gave: through the guard, at every redirect.
import { parseUrl } from '../lib/net/parse-url.js';
import { fetch, type Response } from 'undici';
import { unescaped } from '../lib/net/unescaped.js';
import { FetchFault, type FetchProblem } from './fetch-fault.js';
import type { FetchGuard } from './fetch-guard.js';

export interface Wanted {
  /** What the messages call it: `source`, `buildpack`. */
  what: string;
  signal: AbortSignal;
  guard: FetchGuard;
  /** Whether a URL is the platform's own, which the guard has nothing to say about. */
  isOwn?: (url: URL) => boolean;
}

const REDIRECTS = 5;

/**
 * The answer, if it is a success; follows redirects by itself, so that each of them passes the guard. Throws FetchFault
 * with one line.
 */
export async function fetchUrl(text: string, o: Wanted): Promise<Response> {
  const { what } = o;
  let from = '';
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const { url, authorization } = readUrl(text, what);
    const headers = { ...(authorization && (from === '' || from === url.origin) && { authorization }) };
    const response = await request(url, headers, o);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || !location) {
      if (response.ok && response.body) return response;
      await response.body?.cancel();
      throw new FetchFault(problemOf(response.status), `The ${what} can't be fetched: ${url.host} answered ${response.status}.`);
    }
    await response.body?.cancel();
    from = url.origin;
    text = new URL(location, url).href;
  }
  throw new FetchFault('refused', `The ${what} can't be fetched: it is redirected more than ${REDIRECTS} times.`);
}

/** The bytes of an answer as they arrive. Throws FetchFault when they break off. */
export async function* bodyOf(response: Response, { what, signal }: Pick<Wanted, 'what' | 'signal'>): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { kind, reason } = explain(error, signal);
    throw new FetchFault(kind, `The ${what} broke off while it was fetched: ${reason}.`, { cause: error });
  }
}

async function request(url: URL, headers: Record<string, string>, { what, isOwn, guard, signal }: Wanted): Promise<Response> {
  try {
    const dispatcher = isOwn?.(url) ? guard.unguarded : guard.dispatcher(url);
    return await fetch(url, { headers, signal, redirect: 'manual', dispatcher });
  } catch (error) {
    const { kind, reason } = explain(error, signal);
    throw new FetchFault(kind, `The ${what} can't be fetched from ${url.host}: ${reason}.`, { cause: error });
  }
}

/** A name and password in the URL become a header; fetch takes none in a URL. */
function readUrl(text: string, what: string): { url: URL; authorization: string | null } {
  const url = parseUrl(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new FetchFault('refused', `The URL of the ${what} must begin with http:// or https://.`);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = `${unescaped(username)}:${unescaped(password)}`;
  return { url, authorization: username === '' ? null : `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Those that ask for patience, and those where the server itself has failed, may go well the next time. */
function problemOf(status: number): FetchProblem {
  return status >= 500 || status === 429 ? 'unreachable' : 'refused';
}

function explain(error: unknown, signal: AbortSignal): { kind: FetchProblem; reason: string } {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  for (const each of [error, cause]) if (each instanceof FetchFault) return { kind: each.kind, reason: each.message };
  if (signal.aborted || cause?.code?.endsWith('_TIMEOUT')) return { kind: 'late', reason: 'it did not answer in time' };
  return { kind: 'unreachable', reason: cause?.code ?? cause?.message ?? (error as Error).message };
}
