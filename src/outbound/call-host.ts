// A call of a git host's REST API; its answer is a status and what its headers say.
import type { HostCall } from '../model/connection/host-api.js';
import { callJson, type JsonAnswer } from './call-json.js';
import type { FetchGuard } from './fetch-guard.js';

const LIMIT_MS = 20_000;
const MAX_BYTES = 2 * 1024 * 1024;

export type HostAnswer = JsonAnswer;

/** Throws FetchFault where there is no answer. Redirects aren't followed: a token is for whom it was given. */
export async function callHost(guard: FetchGuard, call: HostCall, signal: AbortSignal): Promise<HostAnswer> {
  const url = new URL(call.url);
  return callJson({
    method: call.body ? 'POST' : 'GET',
    url,
    headers: { accept: 'application/json', 'user-agent': 'slipway', ...call.headers },
    body: call.body,
    signal,
    dispatcher: guard.dispatcher(url),
    who: url.host,
    limitMs: LIMIT_MS,
    maxBytes: MAX_BYTES,
  });
}
