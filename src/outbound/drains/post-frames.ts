// Lines to a log drain by HTTP: one POST after the other over one connection, kept alive while lines come.
import { Client, errors } from 'undici';
import { unescaped } from '../../lib/net/unescaped.js';
import type { FetchGuard } from '../fetch-guard.js';
import { outcomeOf, type Outcome } from './outcome.js';

export interface FramePoster {
  /** Never throws. */
  post(batch: { frames: string; count: number; frameId: string }): Promise<Outcome>;
  close(): Promise<void>;
}

const CONNECT_MS = 3_000;
const ANSWER_MS = 5_000;
const IDLE_MS = 144_000;
/** Then another connection is made: names move. */
const LIFE_MS = 5 * 3_600_000;

/** @param o.ca authorities that are trusted instead of the public ones */
export function openFramePoster(guard: FetchGuard, o: { url: string; token: string; ca?: string | undefined }): FramePoster {
  const url = new URL(o.url);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const headers = {
    'content-type': 'application/logplex-1',
    'logplex-drain-token': o.token,
    'user-agent': 'Logplex/v72',
    ...(url.username !== '' && { authorization: basic(url) }),
  };
  const lookup = guard.isAllowed(url.hostname, port) ? {} : { lookup: guard.lookup };
  let client: Client | null = null;
  let madeAt = 0;

  async function ready(): Promise<Client> {
    if (client && performance.now() - madeAt < LIFE_MS) return client;
    await client?.close();
    guard.checkHost(url.hostname, port);
    madeAt = performance.now();
    client = new Client(url.origin, {
      connect: { timeout: CONNECT_MS, ...lookup, ...(o.ca !== undefined && { ca: o.ca }) },
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    return client;
  }

  return {
    async post({ frames, count, frameId }) {
      try {
        const { statusCode, body } = await (
          await ready()
        ).request({
          method: 'POST',
          path: url.pathname + url.search,
          headers: { ...headers, 'logplex-msg-count': String(count), 'logplex-frame-id': frameId },
          body: frames,
        });
        await body.dump().catch(() => undefined);
        return { kind: meaningOf(statusCode), why: `it answered ${statusCode}` };
      } catch (error) {
        const isMute = error instanceof errors.HeadersTimeoutError;
        return isMute ? { kind: 'failed', why: 'it did not answer in time' } : outcomeOf(error);
      }
    },
    async close() {
      await client?.destroy();
    },
  };
}

function meaningOf(status: number): Outcome['kind'] {
  if (status >= 200 && status < 300) return 'taken';
  return status >= 400 && status < 500 && status !== 429 ? 'unwanted' : 'failed';
}

function basic({ username, password }: URL): string {
  return `Basic ${Buffer.from(`${unescaped(username)}:${unescaped(password)}`).toString('base64')}`;
}
