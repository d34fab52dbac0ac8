import { expect, it } from 'vitest';
import { isUnreachable } from '../../../src/lib/is-unreachable.js';

const withCode = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more });

it.each([
  ['refused', withCode('ECONNREFUSED'), true],
  ['reset', withCode('ECONNRESET'), true],
  ['an unknown name', withCode('ENOTFOUND'), true],
  ['no way there', withCode('EHOSTUNREACH'), true],
  ['PostgreSQL shutting down', withCode('57P01'), true],
  ['PostgreSQL without a connection left', withCode('53300'), true],
  ['a lost connection of PostgreSQL', withCode('08006'), true],
  ['a socket that is not there', withCode('ENOENT', { syscall: 'connect' }), true],
  ['a file that is not there', withCode('ENOENT', { syscall: 'open' }), false],
  ['one of several addresses', new AggregateError([withCode('ECONNREFUSED')]), true],
  ["node's client", new Error('socket hang up'), true],
  ["pg's pool", new Error('Connection terminated unexpectedly'), true],
  ["pg's patience", new Error('timeout exceeded when trying to connect'), true],
  ["ioredis's end", new Error('Connection is closed.'), true],
  ['a text that quotes one', new Error('the app said: socket hang up'), false],
  ["the engine's answer", Object.assign(new Error('(HTTP code 500) server error - no space left'), { statusCode: 500 }), false],
  ['no right', withCode('EACCES'), false],
  ['a string', 'ECONNREFUSED', false],
])('%s', (_what, error, unreachable) => expect(isUnreachable(error)).toBe(unreachable));
