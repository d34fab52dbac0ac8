// One request to a dyno, and what it says to it.
import { request } from 'node:http';

/** Where its Host is looked at, that is the app's affair: a refusal is an answer too. */
const HEADERS = { 'user-agent': 'slipway-boot-check', accept: '*/*' };

/** The status of its answer, of which no more is read; or why there is none, in words. Redirects are not followed. */
export function answerOf(o: {
  host: string;
  port: number;
  path: string;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<number | string> {
  const { host, port, path, timeoutMs } = o;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([o.signal, late]);
  return new Promise((resolve) => {
    const asked = request({ host, port, path, headers: HEADERS, agent: false, signal }, (response) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(late.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error)));
    asked.end();
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ECONNRESET') return 'connection closed without an answer';
  return code?.startsWith('HPE_') ? 'an answer that is no HTTP' : message;
}
