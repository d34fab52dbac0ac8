// A call of a git host's REST API: JSON, through the guard, within a time; its answer is a status and what its headers say.
import { fetch } from 'undici';
import { FetchFault } from './fetch-fault.js';
import type { FetchGuard } from './fetch-guard.js';

const LIMIT_MS = 20_000;

export interface HostAnswer {
  status: number;
  header(name: string): string | null;
}

/** Throws FetchFault where there is no answer. Redirects aren't followed: a token is for whom it was given. */
export async function callHost(
  guard: FetchGuard,
  call: { url: string; headers: Record<string, string>; body: object },
  signal: AbortSignal,
): Promise<HostAnswer> {
  const url = new URL(call.url);
  const late = AbortSignal.timeout(LIMIT_MS);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'slipway', ...call.headers },
      body: JSON.stringify(call.body),
      signal: AbortSignal.any([signal, late]),
      redirect: 'manual',
      dispatcher: guard.dispatcher(url),
    });
    await answer.body?.cancel();
    return { status: answer.status, header: (name) => answer.headers.get(name) };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    for (const each of [error, cause]) if (each instanceof FetchFault) throw each;
    const why = late.aborted ? 'did not answer in time' : 'can not be reached';
    throw new FetchFault(late.aborted ? 'late' : 'unreachable', `${url.host} ${why}`, { cause: error });
  }
}
