// The platform's API over its private socket, with the push's secret as the token.
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import type { ChildProcess } from 'node:child_process';
import { PlatformError, type ErrorId } from '../model/errors.js';
import { isRecord } from '../lib/look-up.js';
import { textOf } from './json.js';

export interface Api {
  /** Calls an endpoint and returns the body of its answer. Throws PlatformError, with the API's own words. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, o?: { body?: object; range?: string }): Promise<unknown>;
  /** Sends a child's output to a URL of the platform's; fails, and leaves nothing there, when the child does. */
  upload(url: string, child: ChildProcess): Promise<void>;
  /** Hears a URL of the platform's to its end. False when there is nothing (yet). */
  stream(url: string, hear: (chunk: Buffer) => void): Promise<boolean>;
  close(): void;
}

const ANSWER_WITHIN_MS = 30_000;

/** Opens it. Calls after `signal` was aborted throw its reason. */
export function openApi(o: { socketPath: string; secret: string; signal: AbortSignal }): Api {
  const agent = new Agent({ keepAlive: true });
  const headers = { accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${o.secret}` };
  const send = (options: RequestOptions) => {
    o.signal.throwIfAborted();
    return request({ socketPath: o.socketPath, agent, signal: o.signal, ...options });
  };

  return {
    async call(method, path, { body, range } = {}) {
      const text = body && JSON.stringify(body);
      const about = text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const req = send({ method, path, headers: { ...headers, ...(range && { range }), ...about } });
      req.setTimeout(ANSWER_WITHIN_MS, () => req.destroy(new Error('no answer in time')));
      req.end(text);
      const res = await answerTo(req);
      return parseAnswer(res.statusCode ?? 0, await readAll(res));
    },
    async upload(url, child) {
      const req = send({ method: 'PUT', path: pathOf(url) });
      const answered = answerTo(req);
      answered.catch(() => child.kill());
      child.stdout?.pipe(req, { end: false });
      const ended = new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`git archive ended with ${code}`))));
      });
      ended.then(
        () => req.end(),
        (error: Error) => req.destroy(error),
      );
      const res = await answered;
      const text = await readAll(res);
      if (res.statusCode !== 200 && res.statusCode !== 201) parseAnswer(res.statusCode ?? 0, text);
    },
    async stream(url, hear) {
      const req = send({ method: 'GET', path: pathOf(url) });
      req.end();
      const res = await answerTo(req);
      if (res.statusCode !== 200) {
        res.resume();
        return false;
      }
      res.on('data', hear);
      await ending(res);
      return true;
    },
    close: () => agent.destroy(),
  };
}

function pathOf(url: string): string {
  const parsed = new URL(url);
  return `${parsed.pathname}${parsed.search}`;
}

function answerTo(req: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    req.once('response', resolve);
    req.once('error', (error) => reject(lost(error)));
  });
}

async function readAll(res: IncomingMessage): Promise<string> {
  let text = '';
  res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await ending(res);
  return text;
}

function ending(res: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    res.once('end', resolve);
    res.once('error', (error) => reject(lost(error)));
  });
}

function lost(cause: Error): PlatformError {
  return new PlatformError('unavailable', 'The connection to the platform broke off. Push again in a moment.', { cause });
}

function parseAnswer(status: number, text: string): unknown {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Told below, unless the answer is an error anyway.
  }
  if (status >= 200 && status < 300 && body !== null) return body;
  const id = isRecord(body) && typeof body['id'] === 'string' ? (body['id'] as ErrorId) : 'internal_server_error';
  throw new PlatformError(
    id,
    isRecord(body) && body['message'] ? textOf(body, 'message') : `The platform answered ${status}. Push again in a moment.`,
  );
}
