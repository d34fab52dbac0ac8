import { expect, it } from 'vitest';
import { isAcceptable } from '../../../../src/api/middleware/accept.js';

it.each([
  ['', true],
  ['*/*', true],
  ['application/json', true],
  ['application/vnd.heroku+json; version=3', true],
  ['application/vnd.heroku+json;version=3', true],
  ['application/vnd.heroku+json; version=3.sdk', true],
  ['application/vnd.heroku+json; version=3.cancel-build', true],
  ['application/vnd.heroku+json; version=3.run-inside', true],
  ['application/vnd.heroku+json', true],
  ['text/html, application/vnd.heroku+json; version=3', true],
  ['application/vnd.heroku+json; version=2', false],
  ['application/vnd.heroku+json; version=33', false],
  ['application/vnd.heroku+json; version=3x', false],
  ['text/html', false],
  ['application/xml', false],
])('%j is acceptable: %s', (header, isOurs) => {
  expect(isAcceptable(header)).toBe(isOurs);
});
