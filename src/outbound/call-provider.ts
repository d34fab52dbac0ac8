// A call to a provider of add-ons: JSON both ways, HTTP Basic, through the guard, within a time and a size.
import { isRecord } from '../lib/look-up.js';
import { callJson } from './call-json.js';
import type { FetchGuard } from './fetch-guard.js';

export interface ProviderCall {
  method: 'POST' | 'PUT' | 'DELETE';
  url: string;
  user: string;
  password: string;
  body?: object;
  signal: AbortSignal;
}

export interface ProviderAnswer {
  status: number;
  /** The object that was answered; null where it was none. */
  body: Record<string, unknown> | null;
}

const LIMIT_MS = 25_000;
const MAX_BYTES = 256 * 1024;
const ACCEPT = 'application/vnd.heroku-addons+json; version=3';

/** Throws FetchFault where there is no answer, or one that can't be kept. */
export async function callProvider(
  guard: FetchGuard,
  { method, url: text, user, password, body, signal }: ProviderCall,
): Promise<ProviderAnswer> {
  const url = new URL(text);
  const answer = await callJson({
    method,
    url,
    headers: { accept: ACCEPT, authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    body,
    signal,
    dispatcher: guard.ours(url) ?? guard.dispatcher(url),
    who: user,
    limitMs: LIMIT_MS,
    maxBytes: MAX_BYTES,
  });
  return { status: answer.status, body: isRecord(answer.body) ? answer.body : null };
}
