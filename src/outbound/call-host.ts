// A call of a git host's REST API: JSON, through the guard, within a time; its answer is a status and what its headers say.
import { fetch } from 'undici';
import { FetchFault } from './fetch-fault.js';
import type { FetchGuard } from './fetch-guard.js';

const LIMIT_MS = 20_000;
const MAX_BYTES = 2 * 1024 * 1024;

export interface HostAnswer {
  status: number;
  header(name: string): string | null;
  /** What was answered as JSON; null for anything else. */
  body: unknown;
}

/** Throws FetchFault where there is no answer. Redirects aren't followed: a token is for whom it was given. */
export async function callHost(
  guard: FetchGuard,
  call: { url: string; headers: Record<string, string>; body?: object },
  signal: AbortSignal,
): Promise<HostAnswer> {
  const url = new URL(call.url);
  const late = AbortSignal.timeout(LIMIT_MS);
  try {
    const answer = await fetch(url, {
      method: call.body ? 'POST' : 'GET',
      headers: {
        accept: 'application/json',
        'user-agent': 'slipway',
        ...call.headers,
        ...(call.body && { 'content-type': 'application/json' }),
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
      signal: AbortSignal.any([signal, late]),
      redirect: 'manual',
      dispatcher: guard.dispatcher(url),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new FetchFault('unreachable', `${url.host} answers more than ${MAX_BYTES / 1024} kB`);
      chunks.push(chunk);
    }
    return { status: answer.status, header: (name) => answer.headers.get(name), body: parsed(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    for (const each of [error, cause]) if (each instanceof FetchFault) throw each;
    const why = late.aborted ? 'did not answer in time' : 'can not be reached';
    throw new FetchFault(late.aborted ? 'late' : 'unreachable', `${url.host} ${why}`, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
