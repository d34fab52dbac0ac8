// Whether the stores somebody gave us can be used, told in one line within seconds.
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import pg from 'pg';
import { parseUrl } from '../../lib/net/parse-url.js';
import { redisOptions } from '../../lib/redis-options.js';

const WITHIN_MS = 5_000;

/** Throws one sentence when DATABASE_URL can't be connected to. The password isn't told. */
export async function checkDatabase(url: string): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new Error(`DATABASE_URL${place(url)} can't be used: ${why}. Correct it, or unset it to use the embedded PostgreSQL.`, { cause });
  if (!/^postgres(ql)?:\/\//.test(url)) throw refuse('it must begin with postgres://');
  const client = makeClient(url);
  if (!client) throw refuse('it is not a URL');
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } catch (cause) {
    throw refuse(reason(cause), cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Throws one sentence when REDIS_URL can't be connected to. The password isn't told. */
export async function checkRedis(url: string): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new Error(`REDIS_URL${place(url)} can't be used: ${why}. Correct it, or unset it to use an embedded Redis.`, { cause });
  try {
    const answer = await ping(url);
    if (!answer.endsWith('+PONG\r\n')) throw new Error(answer.trim().replace(/^-/, '').slice(0, 80) || 'it closed the connection');
  } catch (cause) {
    throw refuse(reason(cause), cause);
  }
}

function ping(url: string): Promise<string> {
  const o = redisOptions(url);
  const lines = [...(o.password ? [['AUTH', ...(o.username ? [o.username] : []), o.password]] : []), ['PING']];
  return new Promise((resolve, reject) => {
    let answer = '';
    const target = o.path ? { path: o.path } : { host: o.host ?? 'localhost', port: o.port ?? 6379 };
    const connection = o.tls ? connectTls(target) : connect(target);
    const timer = setTimeout(() => connection.destroy(new Error('no answer within 5 s')), WITHIN_MS);
    connection.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (answer.startsWith('-') || answer.includes('+PONG') || answer.split('\r\n').length > lines.length) connection.end();
    });
    connection.on('error', reject);
    connection.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
    connection.write(lines.map(command).join(''));
  });
}

function command(words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

function makeClient(url: string): pg.Client | undefined {
  try {
    return new pg.Client({ connectionString: url, connectionTimeoutMillis: WITHIN_MS, query_timeout: WITHIN_MS });
  } catch {
    return undefined;
  }
}

/** Host and database of a URL, for people; nothing of it when it can't be parsed. */
function place(url: string): string {
  if (url.startsWith('/')) return ` (${url})`;
  return parseUrl(url) ? ` (${new URL(url).host}${new URL(url).pathname})` : '';
}

function reason(error: unknown): string {
  // Several addresses tried: the first failure tells the most, the whole has no message.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return first instanceof Error ? first.message.replace(/\.$/, '') : String(first);
}
