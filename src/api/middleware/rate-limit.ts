// Heroku's allowance: 4,500 calls an account, refilled steadily within an hour.
import type { Middleware } from 'koa';
import { PlatformError } from '../../model/errors.js';
import type { ApiState } from '../http.js';

const CAPACITY = 4500;
const REFILL_PER_S = CAPACITY / 3600;

interface Allowance {
  left: number;
  /** Milliseconds of the last refill. */
  at: number;
}

/** What is left after `ms` more milliseconds. */
export function refill(allowance: Allowance, now: number): Allowance {
  return { left: Math.min(CAPACITY, allowance.left + ((now - allowance.at) / 1000) * REFILL_PER_S), at: now };
}

/** Counts each user's calls. Asking for the limit is free, and so is what a push does. Throws `rate_limit`. */
export function limitRate(): Middleware<ApiState> {
  const users = new Map<string, Allowance>();
  return async (http, next) => {
    if (http.state.push) return next();
    const { id } = http.state.user;
    const allowance = refill(users.get(id) ?? { left: CAPACITY, at: Date.now() }, Date.now());
    if (http.path !== '/account/rate-limits') allowance.left -= 1;
    users.set(id, allowance);
    http.set('RateLimit-Remaining', String(Math.max(0, Math.floor(allowance.left))));
    if (allowance.left >= 0) return next();
    allowance.left = 0;
    throw new PlatformError('rate_limit', 'Your account reached the API rate limit\nPlease wait a few minutes before making new requests');
  };
}
