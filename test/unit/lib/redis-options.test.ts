import { describe, expect, it } from 'vitest';
import { redisOptions } from '../../../src/lib/redis-options.js';

describe('REDIS_URL', () => {
  it.each([
    ['/run/redis.sock', { path: '/run/redis.sock' }],
    ['redis://h', { host: 'h', port: 6379 }],
    ['redis://u:p%40@h:1/2', { host: 'h', port: 1, username: 'u', password: 'p@', db: 2 }],
    ['rediss://h:1', { host: 'h', port: 1, tls: {} }],
  ])('%s', (url, options) => expect(redisOptions(url)).toEqual(options));
  it.each(['localhost:6379', 'http://h', ''])('refuses %j', (url) => expect(() => redisOptions(url)).toThrow('REDIS_URL'));
});
