// Fetching a URL that somebody gave: through the guard, at every redirect.
import { fetch, type Response } from 'undici';
import { PlatformError } from '../model/errors.js';
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
 * The answer, if it is a success; follows redirects by itself, so that each of them passes the guard. Throws `invalid_params`
 * with one line.
 */
export async function fetchUrl(text: string, o: Wanted): Promise<Response> {
  const { what } = o;
  let from = '';
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const { url, authorization } = parseUrl(text, what);
    const headers = { ...(authorization && (from === '' || from === url.origin) && { authorization }) };
    const response = await request(url, headers, o);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || !location) {
      if (!response.ok || !response.body)
        throw new PlatformError('invalid_params', `The ${what} can't be fetched: ${url.host} answered ${response.status}.`);
      return response;
    }
    await response.body?.cancel();
    from = url.origin;
    text = new URL(location, url).href;
  }
  throw new PlatformError('invalid_params', `The ${what} can't be fetched: it is redirected more than ${REDIRECTS} times.`);
}

async function request(url: URL, headers: Record<string, string>, { what, isOwn, guard, signal }: Wanted): Promise<Response> {
  try {
    const dispatcher = isOwn?.(url) ? guard.unguarded : guard.dispatcher(url);
    return await fetch(url, { headers, signal, redirect: 'manual', dispatcher });
  } catch (error) {
    throw new PlatformError('invalid_params', `The ${what} can't be fetched from ${url.host}: ${reason(error)}.`, { cause: error });
  }
}

/** A name and password in the URL become a header; fetch takes none in a URL. */
function parseUrl(text: string, what: string): { url: URL; authorization: string | null } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new PlatformError('invalid_params', `The URL of the ${what} must begin with http:// or https://.`);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: username === '' ? null : `Basic ${Buffer.from(pair).toString('base64')}` };
}

function reason(error: unknown): string {
  if (error instanceof PlatformError) return error.message;
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if (cause instanceof PlatformError) return cause.message;
  if (cause?.code?.endsWith('_TIMEOUT')) return 'it did not answer in time';
  return cause?.code ?? cause?.message ?? (error as Error).message;
}
