import { expect, it } from 'vitest';
import { asPlatformError } from '../../../../src/api/middleware/errors.js';
import { PlatformError } from '../../../../src/model/errors.js';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });

it.each([
  [new PlatformError('conflict', 'x'), 'conflict'],
  [withCode('ECONNREFUSED'), 'unavailable'],
  [withCode('ENOENT'), 'internal_server_error'],
  [Object.assign(withCode('ENOENT'), { syscall: 'connect' }), 'unavailable'],
  [withCode('57P01'), 'unavailable'],
  [new AggregateError([withCode('ECONNREFUSED')]), 'unavailable'],
  [new Error('Connection terminated unexpectedly'), 'unavailable'],
  [new Error('timeout exceeded when trying to connect'), 'unavailable'],
  [new TypeError('x is not a function'), 'internal_server_error'],
  ['a string', 'internal_server_error'],
])('%s is shown as %s', (error, id) => {
  const shown = asPlatformError(error);
  expect(shown.id).toBe(id);
  expect(shown.message).not.toContain('secret detail');
});
