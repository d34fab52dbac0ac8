// Tells a webhook: one POST through the guard, within a time; what is answered is not read.
import { fetch } from 'undici';
import { FetchFault } from './fetch-fault.js';
import type { FetchGuard } from './fetch-guard.js';

export interface WebhookCall {
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  limitMs?: number;
}

const LIMIT_MS = 10_000;

/** The status that was answered; a redirect is an answer like any other, and not followed. Throws FetchFault where none came. */
export async function callWebhook(
  guard: FetchGuard,
  { url: text, headers, body, signal, limitMs = LIMIT_MS }: WebhookCall,
): Promise<number> {
  const late = AbortSignal.timeout(limitMs);
  try {
    const url = new URL(text);
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.any([signal, late]),
      redirect: 'manual',
      dispatcher: guard.dispatcher(url),
    });
    await response.body?.cancel().catch(() => undefined);
    return response.status;
  } catch (error) {
    signal.throwIfAborted();
    throw faultOf(error, late.aborted);
  }
}

function faultOf(error: unknown, isLate: boolean): FetchFault {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  for (const each of [error, cause]) if (each instanceof FetchFault) return each;
  const isTimeout = isLate || cause?.code?.endsWith('_TIMEOUT') === true;
  const why = isTimeout ? 'it did not answer in time' : (cause?.code ?? 'it can not be reached');
  return new FetchFault(isTimeout ? 'late' : 'unreachable', why, { cause: error });
}
