// REDIS_URL is `redis://…`, `rediss://…` or the path of a Unix socket; what ioredis and BullMQ are given for it.
import { parseUrl } from './net/parse-url.js';

export interface RedisOptions {
  path?: string;
  host?: string;
  port?: number;
  username?: string;
  password?: string;
  db?: number;
  tls?: object;
}

/** Parses REDIS_URL. Throws when it is neither an absolute path nor a redis URL. */
export function redisOptions(url: string): RedisOptions {
  if (url.startsWith('/')) return { path: url };
  const parsed = parseUrl(url);
  if (!parsed || !/^rediss?:$/.test(parsed.protocol)) {
    throw new Error('REDIS_URL must be redis://host:port or the absolute path of a Unix socket.');
  }
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 6379),
    ...(parsed.username && { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password && { password: decodeURIComponent(parsed.password) }),
    ...(parsed.pathname.length > 1 && { db: Number(parsed.pathname.slice(1)) }),
    ...(parsed.protocol === 'rediss:' && { tls: {} }),
  };
}

/** How the platform's connections keep at it: commands wait for however long Redis is away, and go on at most a second after it is back. */
export function patientRedis(url: string) {
  return {
    ...redisOptions(url),
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 50, 1_000),
    // One that reads its data guesses how long it will, wildly at first; unbounded, we would wait that long.
    maxLoadingRetryTime: 100,
  };
}
