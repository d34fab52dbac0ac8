// `paas logs`: opens a log session, prints its lines, and with --tail stays on it through lost connections.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../api/api.js';
import { safeJson } from '../../terminal/clean.js';
import { ApiError } from '../../api/errors.js';
import { readEvents, readLines } from './event-stream.js';
import { colourLine, parseLine } from './log-text.js';
import type { Terminal } from '../../terminal/terminal.js';

const RETRY_MS = 1000;
const MAX_RETRIES = 60;

export interface LogWish {
  lines: number;
  tail: boolean;
  source?: string | undefined;
  dyno?: string | undefined;
}

interface Log {
  api: Api;
  /** `/apps/demo` */
  path: string;
  wish: LogWish;
  /** Print each line as a JSON object. */
  json: boolean;
}

/** Prints the app's log; without `tail` until its end, with it until the person stops it. */
export async function followLog(terminal: Terminal, log: Log): Promise<void> {
  const show = (line: string) => terminal.copyLine(log.json ? safeJson(parseLine(line)) : colourLine(line, terminal.paint));
  const url = await openSession(log);
  if (log.wish.tail) return tail(terminal, log, url, show);
  for await (const line of readLines(await log.api.stream(url, { accept: 'text/plain' }))) await show(line);
}

async function openSession({ api, path, wish }: Log): Promise<string> {
  const session = await api.post<{ logplex_url: string }>(`${path}/log-sessions`, wish);
  return session.logplex_url;
}

// The number of the last line goes along on a new connection, so that none is shown twice or left out.
async function tail(terminal: Terminal, log: Log, first: string, show: (line: string) => Promise<void>): Promise<void> {
  let url = first;
  let last: string | undefined;
  let isConnected = false;
  let retries = 0;
  for (;;) {
    try {
      const stream = await log.api.stream(url, { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) });
      isConnected = true;
      retries = 0;
      for await (const event of readEvents(stream)) {
        for (const line of event.data.split('\n')) await show(line);
        last = event.id ?? last;
      }
    } catch (error) {
      if (!isConnected || retries >= MAX_RETRIES) throw error;
      if (retries === 0) terminal.warn('The log stream was cut off; connecting again.');
      if (isExpired(error)) url = await openSession(log).catch(() => url);
    }
    retries += 1;
    await sleep(RETRY_MS);
  }
}

function isExpired(error: unknown): boolean {
  return error instanceof ApiError && [403, 404, 410].includes(error.status);
}
