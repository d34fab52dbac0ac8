// Readers of log sessions, as curl and the CLI are.
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { encodeSession, type LogSession } from '../../../src/model/session-token.js';

export const key = Buffer.alloc(32, 7);

/** The path of a session of `appId`, valid for five minutes. */
export function sessionPath(appId: string, o: Partial<LogSession> = {}): string {
  const expires = Math.floor(Date.now() / 1000) + 300;
  return `/streams/logs/${encodeSession(key, { appId, lines: 100, tail: false, source: null, dyno: null, by: { userId: '', authorizationId: null }, expires, ...o })}`;
}

export interface Reader {
  status: number;
  headers: IncomingMessage['headers'];
  /** All that has come so far. */
  text(): string;
  /** Settles when the other side ends the stream: `end` cleanly, `aborted` not. */
  ended: Promise<'end' | 'aborted'>;
  pause(): void;
  resume(): void;
  leave(): void;
}

/** Opens a stream and reads it. */
export async function openReader(url: string, path: string, headers: Record<string, string> = {}): Promise<Reader> {
  const call = request(url + path, { headers, agent: false });
  call.end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: string[] = [];
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => chunks.push(chunk));
  const ended = new Promise<'end' | 'aborted'>((resolve) => {
    response.on('error', () => resolve('aborted'));
    response.on('close', () => resolve(response.complete ? 'end' : 'aborted'));
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => chunks.join(''),
    ended,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    leave: () => void response.destroy(),
  };
}

/** Reads a stream to its end. */
export async function read(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; ended: string }> {
  const reader = await openReader(url, path, headers);
  const ended = await reader.ended;
  return { status: reader.status, text: reader.text(), ended };
}
