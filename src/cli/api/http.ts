// One HTTP request. node:http and not fetch: it starts 30 ms sooner, and it takes a private CA at run time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { CliError } from './errors.js';

/** How soon the system asks whether a silent peer is still there. */
const KEEP_ALIVE_MS = 30_000;

export interface HttpRequest {
  method: string;
  url: string;
  headers: OutgoingHttpHeaders;
  /** A stream is sent in pieces, and once only. */
  body?: string | Readable | undefined;
  /** Certificates (PEM) to trust besides the well-known ones. */
  ca?: string | undefined;
  /** Gives up after this long without a byte; 0 waits for ever. */
  silenceMs: number;
}

/** Waits between tries while nobody listens, in ms: a platform that is being restarted is back by then. */
const RETRY_AFTER_MS = [200, 400, 800, 1600];

/** Sends a request and resolves with its answer's head; the caller reads the body. Throws CliError when no answer comes. */
export async function send(o: HttpRequest): Promise<IncomingMessage> {
  const waits = typeof o.body === 'object' ? [] : RETRY_AFTER_MS;
  for (const waitMs of waits) {
    try {
      return await sendOnce(o);
    } catch (error) {
      // A refused connection carried nothing: trying again can't do anything twice.
      if (!isRefused(error)) throw told(o.url, error);
      await sleep(waitMs);
    }
  }
  return sendOnce(o).catch((error: unknown) => Promise.reject(told(o.url, error)));
}

/** The same, tried once; throws whatever went wrong. */
export async function sendOnce(o: HttpRequest): Promise<IncomingMessage> {
  const secure = o.url.startsWith('https:');
  const { request } = secure ? await import('node:https') : await import('node:http');
  const ca = secure && o.ca ? [...(await import('node:tls')).rootCertificates, o.ca] : undefined;
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const outgoing = request(o.url, { method: o.method, headers: o.headers, ca }, (answer) => {
      isAnswered = true;
      resolve(answer);
    });
    if (o.silenceMs === 0) outgoing.setSocketKeepAlive(true, KEEP_ALIVE_MS);
    outgoing.setTimeout(o.silenceMs, () => outgoing.destroy(new CliError(`${o.url} did not answer for ${o.silenceMs / 1000} s.`)));
    outgoing.on('error', reject);
    if (typeof o.body !== 'object') return void outgoing.end(o.body);
    // A refusal may come before all is sent: it says more than the broken pipe.
    pipeline(o.body, outgoing, (error) => error && !isAnswered && reject(error));
  });
}

/** The whole body as text. */
export async function readText(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8');
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
}

/** The error as it is told to a person. */
function told(url: string, error: unknown): CliError {
  if (error instanceof CliError) return error;
  const origin = new URL(url).origin;
  const { code, message } = error as NodeJS.ErrnoException;
  if (isRefused(error))
    return new CliError(
      `Can't reach ${origin}: connection refused.\n` +
        `Start the platform there with npm start, or name another: paas login URL, or PAAS_API_URL.`,
    );
  if (isUntrusted(code)) {
    return new CliError(
      `${origin} shows a certificate that isn't trusted (${code}).\nName its CA: paas login ${origin} --ca FILE, or set PAAS_CA=FILE.`,
    );
  }
  return new CliError(`Can't reach ${origin}: ${message || code}.\nCheck the address, or name another: paas login URL, or PAAS_API_URL.`);
}

function isRefused(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

function isUntrusted(code: string | undefined): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code ?? '');
}
