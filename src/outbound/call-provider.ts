// A call to a provider of add-ons: JSON both ways, HTTP Basic, through the guard, within a time and a size.
import { fetch } from 'undici';
import { FetchFault } from './fetch-fault.js';
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
  const late = AbortSignal.timeout(LIMIT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: ACCEPT,
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, late]),
      redirect: 'manual',
      dispatcher: guard.ours(url) ?? guard.dispatcher(url),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new FetchFault('unreachable', `${user} answers more than ${MAX_BYTES / 1024} kB`);
      chunks.push(chunk);
    }
    return { status: response.status, body: objectOf(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    throw faultOf(error, { user, isLate: late.aborted });
  }
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function faultOf(error: unknown, { user, isLate }: { user: string; isLate: boolean }): FetchFault {
  const { cause } = error as { cause?: unknown };
  for (const each of [error, cause]) if (each instanceof FetchFault) return each;
  const why = isLate ? 'did not answer in time' : 'can not be reached';
  return new FetchFault(isLate ? 'late' : 'unreachable', `${user} ${why}`, { cause: error });
}
