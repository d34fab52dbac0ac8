// A call that is JSON both ways: through the guard, within a time and a size, no redirect followed.
import { fetch, type Dispatcher } from 'undici';
import { FetchFault } from './fetch-fault.js';

export interface JsonCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: object | undefined;
  signal: AbortSignal;
  dispatcher: Dispatcher;
  /** What whoever answers is called where it fails to. */
  who: string;
  limitMs: number;
  maxBytes: number;
}

export interface JsonAnswer {
  status: number;
  header(name: string): string | null;
  /** What was answered as JSON; null for anything else. */
  body: unknown;
}

/** Throws FetchFault where there is no answer, or one that can't be kept. */
export async function callJson({ method, url, headers, body, signal, dispatcher, who, limitMs, maxBytes }: JsonCall): Promise<JsonAnswer> {
  const late = AbortSignal.timeout(limitMs);
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, late]),
      redirect: 'manual',
      dispatcher,
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxBytes) throw new FetchFault('unreachable', `${who} answers more than ${maxBytes / 1024} kB`);
      chunks.push(chunk);
    }
    return { status: answer.status, header: (name) => answer.headers.get(name), body: parsed(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    for (const each of [error, cause]) if (each instanceof FetchFault) throw each;
    const why = late.aborted ? 'did not answer in time' : 'can not be reached';
    throw new FetchFault(late.aborted ? 'late' : 'unreachable', `${who} ${why}`, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
