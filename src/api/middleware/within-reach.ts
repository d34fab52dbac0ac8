// Every wait has a limit: what needs Redis is refused while it is away, and no answer takes longer than this.
import type { Middleware } from 'koa';
import type { Bus } from '../../bus/open-bus.js';
import { REDIS_FULL } from '../../bus/redis-memory.js';
import { within } from '../../lib/async/within.js';
import { PlatformError } from '../../model/errors.js';

const LIMIT_MS = 25_000;

/** Throws `unavailable` for changes while Redis is away or full (what removes something makes room), and for whatever takes too long. */
export function keepWithinReach(bus: Bus): Middleware {
  return async (http, next) => {
    const changes = http.method !== 'GET' && http.method !== 'HEAD';
    if (changes && bus.redis.status !== 'ready')
      throw new PlatformError(
        'unavailable',
        'The platform cannot reach Redis right now, so nothing can be changed. Try again in a moment.',
      );
    if (changes && http.method !== 'DELETE' && bus.isFull()) throw new PlatformError('unavailable', REDIS_FULL);
    await within(LIMIT_MS, next(), () => {
      throw new PlatformError(
        'unavailable',
        'The platform did not answer in time. Look whether your change was made before you try again.',
      );
    });
  };
}
