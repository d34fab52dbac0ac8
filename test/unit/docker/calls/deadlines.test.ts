import { expect, test } from 'vitest';
import { callOf } from '../../../../src/docker/calls/deadlines.js';

const ID = '0123456789ab'.padEnd(64, 'c');

test.each([
  ['GET', '/networks/slipway-probe?', 'probe'],
  ['GET', `/networks/${ID}?`, 'look'],
  ['GET', '/containers/json?', 'look'],
  ['GET', '/_ping', 'look'],
  ['POST', '/containers/create?', 'start'],
  ['POST', `/containers/${ID}/start?`, 'start'],
  ['POST', `/containers/${ID}/kill?`, 'removal'],
  ['POST', `/containers/${ID}/wait?`, 'wait'],
  ['POST', `/containers/${ID}/attach?`, 'attend'],
  ['GET', `/containers/${ID}/logs?`, 'attend'],
  ['GET', '/events?', 'attend'],
  ['DELETE', `/containers/${ID}?`, 'removal'],
  ['DELETE', '/networks/load', 'removal'],
  ['POST', `/networks/${ID}/disconnect`, 'removal'],
  ['POST', '/networks/create?', 'change'],
  ['POST', '/build?', 'build'],
  ['POST', '/images/load?', 'transfer'],
  ['GET', '/images/get?', 'transfer'],
  ['GET', '/images/load/json', 'look'],
  ['GET', '/images/slipway/run:1/get?', 'transfer'],
  ['POST', '/something/new', 'change'],
])('%s %s is of the kind %s', (method, path, kind) => expect(callOf({ method, path }).kind).toBe(kind));

test('a call is named without what makes it long', () => {
  expect(callOf({ method: 'POST', path: `/containers/${ID}/start?` }).name).toBe('POST /containers/0123456789ab/start');
});
